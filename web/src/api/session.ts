import { Failure } from './failure'
import type { components } from './schema'

type Access = components['schemas']['Access']
type Login = components['schemas']['Login']
type Finish = components['schemas']['Finish']

/**
 * Who is signed in, in this tab.
 *
 * The access token lives in memory; what renews it lies in a cookie that no script can read. All tabs share
 * that cookie, and each renewal ends the access token before it. So one tab at a time renews, under a lock
 * of the browser, and tells the others; who comes late takes what the others have.
 */
const LOCK = 'scaiwave-session'
/** Held by every tab with a token, so that a new one knows whether it is worth asking. */
const PRESENCE = 'scaiwave-tab'
const CHANNEL = 'scaiwave-session'
/** How long a tab waits for another's answer; it comes within a few milliseconds, or never. */
const ASK_MS = 250

type Said = { kind: 'asks' } | { kind: 'has'; token: string } | { kind: 'ended' }

let token: string | undefined
/** Whether somebody is taken to be signed in, though the server could not be asked. */
let assumed = false
let onEnd: () => void = () => undefined
const channel = new BroadcastChannel(CHANNEL)

channel.onmessage = (message: MessageEvent<Said>) => {
  const said = message.data
  if (said.kind === 'asks' && token) tell({ kind: 'has', token })
  if (said.kind === 'has') token = said.token
  if (said.kind === 'ended') end()
}

function tell(said: Said): void {
  channel.postMessage(said)
}

function end(): void {
  const was = token !== undefined || assumed
  token = undefined
  assumed = false
  if (was) onEnd()
}

function keep(access: Access): string {
  const fresh = access.access_token
  token = fresh
  assumed = false
  tell({ kind: 'has', token: fresh })
  beThere()
  return fresh
}

let isThere = false

/** Holds the tab's place until the browser takes it back with the tab. */
function beThere(): void {
  if (isThere) return
  isThere = true
  void navigator.locks.request(PRESENCE, { mode: 'shared' }, () => new Promise(() => undefined))
}

async function post(path: string, body?: Login | Finish): Promise<Access> {
  const init: RequestInit = { method: 'POST', credentials: 'same-origin', keepalive: true }
  if (body) {
    init.body = JSON.stringify(body)
    init.headers = { 'content-type': 'application/json' }
  }
  let response: Response
  try {
    response = await fetch(path, init)
  } catch {
    throw Failure.offline()
  }
  const answer: unknown = await response.json().catch(() => null)
  if (!response.ok) throw Failure.of(answer, response.status)
  return (answer as { data: Access }).data
}

/** What another tab has, if there is one with something else than `stale`. */
async function ofOtherTabs(stale: string | undefined): Promise<string | undefined> {
  const { held } = await navigator.locks.query()
  const others = (held ?? []).filter((lock) => lock.name === PRESENCE).length - (stale ? 1 : 0)
  if (others <= 0) return undefined
  token = undefined
  tell({ kind: 'asks' })
  const until = Date.now() + ASK_MS
  while (Date.now() < until && (!token || token === stale)) {
    await new Promise((resolve) => setTimeout(resolve, 10))
  }
  return token === stale ? undefined : token
}

export const session = {
  /** The token now; it may have ended. */
  get token(): string | undefined {
    return token
  },

  /** Is called when the session has ended: signed out here, in another tab, or from another device. */
  set onEnd(told: () => void) {
    onEnd = told
  },

  /** Begins with what was kept: whether the session goes on shows when the server is back. */
  assume(): void {
    assumed = true
  },

  async signIn(login: Login): Promise<void> {
    keep(await post('/v1/auth/session', login))
  },

  /** With what came back from the identity provider. */
  async finish(code: string): Promise<void> {
    keep(await post('/v1/auth/oidc/session', { code }))
  },

  /** A token other than `stale`. Fails with the server's word when there is no session any more. */
  async renew(stale: string | undefined): Promise<string> {
    return navigator.locks.request(LOCK, async () => {
      if (token && token !== stale) return token
      const theirs = await ofOtherTabs(stale)
      if (theirs) {
        beThere()
        return theirs
      }
      try {
        return keep(await post('/v1/auth/session/refresh'))
      } catch (error) {
        const failure = Failure.from(error)
        if (failure.status === 401) {
          token = stale
          end()
        }
        throw failure
      }
    })
  },

  /** After the server was told: all tabs know. */
  ended(): void {
    tell({ kind: 'ended' })
    end()
  },
}
