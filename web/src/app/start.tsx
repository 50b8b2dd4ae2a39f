import { createSignal, type JSX, lazy, Match, onCleanup, onMount, Show, Suspense, Switch } from 'solid-js'
import { askOpenly, Failure, session, type SetupState } from '../api'
import { reason } from '../features/failures'
import { cameBack, reasonAtSignIn, SignIn, signInWords } from '../features/sign-in'
import { type Live, LiveProvider, readKept, startLive } from '../sync'
import { Dialog, say, Spinner, Toasts } from '../ui'
import { keepPage } from './kept-page'
import { forgetAll, leave, tellOfLeaving } from './leave'
import { Routes } from './routes'
import { words } from './words'

interface Out {
  ended: boolean
  refused?: string
  reset?: string
}

/** Seen once in the life of a server. */
const Setup = lazy(() => import('../features/setup').then((feature) => ({ default: feature.Setup })))

type Stage = { at: 'loading' } | { at: 'setup'; state: SetupState } | ({ at: 'out' } & Out) | { at: 'in'; live: Live } | { at: 'failed'; why: string }

/** Its page is for once. */
function leaveSetup(): void {
  if (location.pathname === '/setup') history.replaceState(history.state, '', '/')
}

/** From nothing to a live session: by the cookie of the last time, or by signing in. */
export function Start(): JSX.Element {
  const [stage, setStage] = createSignal<Stage>({ at: 'loading' })

  const begin = async (): Promise<void> => {
    setStage({ at: 'loading' })
    const back = cameBack(location.hash)
    // What is said there is for once, and not for the history.
    if (back) history.replaceState(history.state, '', location.pathname + location.search)
    try {
      if (back?.kind === 'code') {
        // It may be somebody else than before.
        await forgetAll()
        await session.finish(back.code)
      }
      await tellOfLeaving(session.token !== undefined)
      if (!session.token) await session.renew(undefined)
      leaveSetup()
      setStage({ at: 'in', live: await startLive() })
      void keepPage()
      if (back?.kind === 'linked') say(signInWords().linked)
      if (back?.kind === 'error') say(reasonAtSignIn(back.code, signInWords().refusedOther(back.code)), true)
    } catch (error) {
      const failure = Failure.from(error)
      const out: Stage = { at: 'out', ended: false }
      if (!back && failure.isAway && (await beginWithKept())) return
      if (failure.status === 401) await forgetAll()
      if (back?.kind === 'code') setStage({ ...out, refused: failure.code })
      else if (back?.kind === 'error') setStage({ ...out, refused: back.code })
      else if (back?.kind === 'reset') setStage({ ...out, reset: back.token })
      // A wrong address has no session either: the form says what it is.
      else if (failure.status === 401 || failure.status === 404) await setUpOr(out)
      else setStage({ at: 'failed', why: reason(failure) })
    }
  }
  /** Without the server, with what was read before; the session goes on, or ends, when it is back. */
  const beginWithKept = async (): Promise<boolean> => {
    const kept = await readKept().catch(() => undefined)
    if (!kept) return false
    session.assume()
    setStage({ at: 'in', live: await startLive(kept) })
    return true
  }
  /** A server that nobody has an account on is set up first. */
  const setUpOr = async (out: Stage): Promise<void> => {
    const state = await askOpenly<SetupState>('/v1/setup').catch(() => undefined)
    if (state?.needed) {
      setStage({ at: 'setup', state })
      return
    }
    leaveSetup()
    setStage(out)
  }
  const stop = (): void => {
    const now = stage()
    if (now.at === 'in') now.live.stop()
  }
  session.onEnd = () => {
    stop()
    void forgetAll()
    setStage({ at: 'out', ended: true })
  }
  const [unsent, setUnsent] = createSignal(0)
  const signOut = async (): Promise<void> => {
    setUnsent(0)
    await leave(stop)
    setStage({ at: 'out', ended: false })
  }
  const askToSignOut = async (): Promise<void> => {
    const waiting = await live()?.outbox.count().catch(() => 0)
    if (waiting) setUnsent(waiting)
    else await signOut()
  }
  onMount(() => void begin())
  onCleanup(stop)

  const live = (): Live | undefined => {
    const now = stage()
    return now.at === 'in' ? now.live : undefined
  }
  const setup = (): SetupState | undefined => {
    const now = stage()
    return now.at === 'setup' ? now.state : undefined
  }
  const why = (): string | undefined => {
    const now = stage()
    return now.at === 'failed' ? now.why : undefined
  }
  const out = (): Out | undefined => {
    const now = stage()
    return now.at === 'out' ? now : undefined
  }
  return (
    <>
      <Switch fallback={<main class="center"><Spinner label={words().loading} /></main>}>
        <Match when={live()}>{(ready) => <LiveProvider value={ready()}><Routes onSignOut={() => void askToSignOut()} /></LiveProvider>}</Match>
        <Match when={out()}>{(is) => <SignIn ended={is().ended} refused={is().refused} reset={is().reset} onSignedIn={() => void begin()} />}</Match>
        <Match when={setup()}>{(state) => <Suspense fallback={<main class="center"><Spinner label={words().loading} /></main>}><Setup state={state()} onDone={() => void begin()} /></Suspense>}</Match>
        <Match when={why()}>
          {(text) => (
            <main class="center"><div class="empty"><h1>{words().failedStart}</h1><p>{text()}</p><button type="button" class="button button-main" onClick={() => void begin()}>{words().again}</button></div></main>
          )}
        </Match>
      </Switch>
      <Show when={unsent() > 0}>
        <Dialog title={words().outSure} onClose={() => setUnsent(0)}>
          <p>{words().outUnsent(unsent())}</p>
          <div class="form-actions">
            <button type="button" class="button" onClick={() => setUnsent(0)}>{words().cancel}</button>
            <button type="button" class="button button-danger" onClick={() => void signOut()}>{words().signOut}</button>
          </div>
        </Dialog>
      </Show>
      <Toasts />
    </>
  )
}
