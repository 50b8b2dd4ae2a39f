import { createSignal, type JSX, Match, onCleanup, onMount, Switch } from 'solid-js'
import { api, ask, Failure, session } from '../api'
import { drafts } from '../features/composer'
import { SignIn } from '../features/sign-in'
import { type Live, LiveProvider, startLive } from '../sync'
import { Spinner, Toasts } from '../ui'
import { Routes } from './routes'
import { words } from './words'

type Stage = { at: 'loading' } | { at: 'out'; ended: boolean } | { at: 'in'; live: Live } | { at: 'failed'; why: string }

/** From nothing to a live session: by the cookie of the last time, or by signing in. */
export function Start(): JSX.Element {
  const [stage, setStage] = createSignal<Stage>({ at: 'loading' })

  const begin = async (): Promise<void> => {
    setStage({ at: 'loading' })
    try {
      if (!session.token) await session.renew(undefined)
      setStage({ at: 'in', live: await startLive() })
    } catch (error) {
      const failure = Failure.from(error)
      // A wrong address has no session either: the form says what it is.
      if (failure.status === 401 || failure.status === 404) setStage({ at: 'out', ended: false })
      else setStage({ at: 'failed', why: failure.message })
    }
  }
  const stop = (): void => {
    const now = stage()
    if (now.at === 'in') now.live.stop()
  }
  session.onEnd = () => {
    stop()
    setStage({ at: 'out', ended: true })
  }
  const signOut = async (): Promise<void> => {
    stop()
    drafts.forget()
    await ask(api.POST('/v1/auth/logout')).catch(() => undefined)
    session.ended()
    setStage({ at: 'out', ended: false })
  }
  onMount(() => void begin())
  onCleanup(stop)

  const live = (): Live | undefined => {
    const now = stage()
    return now.at === 'in' ? now.live : undefined
  }
  const why = (): string | undefined => {
    const now = stage()
    return now.at === 'failed' ? now.why : undefined
  }
  const out = (): { ended: boolean } | undefined => {
    const now = stage()
    return now.at === 'out' ? now : undefined
  }
  return (
    <>
      <Switch fallback={<main class="center"><Spinner label={words().loading} /></main>}>
        <Match when={live()}>{(ready) => <LiveProvider value={ready()}><Routes onSignOut={() => void signOut()} /></LiveProvider>}</Match>
        <Match when={out()}>{(is) => <SignIn ended={is().ended} onSignedIn={() => void begin()} />}</Match>
        <Match when={why()}>
          {(text) => (
            <main class="center"><div class="empty"><h1>{words().failedStart}</h1><p>{text()}</p><button type="button" class="button button-main" onClick={() => void begin()}>{words().again}</button></div></main>
          )}
        </Match>
      </Switch>
      <Toasts />
    </>
  )
}
