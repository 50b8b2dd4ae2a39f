import { api, ask, Failure, session } from '../api'
import { drafts } from '../features/composer'
import { forgetKept } from '../sync'
import { forgetPage } from './kept-page'

/** Says that somebody has signed out and the server could not be told. */
const UNTOLD = 'scaiwave.signed-out'

/** Takes away what was kept for when the server cannot be reached. What was written and not sent goes with those who sign out themselves. */
export async function forgetAll(also: { unsent: boolean } = { unsent: false }): Promise<void> {
  await Promise.all([forgetKept(also), forgetPage()]).catch(() => undefined)
}

/** Signs out, whether the server can be told or not. */
export async function leave(stop: () => void): Promise<void> {
  await drafts.leave()
  stop()
  await forgetAll({ unsent: true })
  try {
    await ask(api.POST('/v1/auth/logout'))
  } catch (error) {
    if (Failure.from(error).mayPass) localStorage.setItem(UNTOLD, '1')
  }
  session.ended()
}

/** Tells of a sign-out of before: no script can take the cookie away, so it would sign in again. `fresh`: somebody has signed in since. */
export async function tellOfLeaving(fresh: boolean): Promise<void> {
  if (localStorage.getItem(UNTOLD) === null) return
  if (!fresh) {
    await session.renew(undefined)
    await ask(api.POST('/v1/auth/logout'))
    session.ended()
  }
  localStorage.removeItem(UNTOLD)
}
