import ArrowRight from 'lucide-solid/icons/arrow-right'
import { createResource, createSignal, type JSX, Match, onMount, Show, Switch } from 'solid-js'
import { askOpenly, type AuthConfig, Failure, type OidcBegun, session } from '../../api'
import { say, Spinner } from '../../ui'
import { reason } from '../failures'
import { returnTo, ways } from './model'
import { reasonAtSignIn, words } from './words'

export interface SignInProps {
  /** Whether there was a session until now. */
  ended: boolean
  /** Code of why the identity provider's word was not taken. */
  refused: string | undefined
  /** What an admin has handed over for a new password. */
  reset: string | undefined
  onSignedIn: () => void
}

export function SignIn(props: SignInProps): JSX.Element {
  const [config, { refetch }] = createResource(() => askOpenly<AuthConfig>('/v1/auth/config'))
  const isNobody = (): boolean => Failure.from(config.error).code === 'SW_TENANT_NOT_FOUND'
  return (
    <main class="sign-in">
      <div class="sign-in-card">
        <img src="/favicon.svg" alt="" width="48" height="48" />
        <Switch fallback={<Spinner label={words().loading} />}>
          <Match when={config.error}>
            <h1>{isNobody() ? words().noTenant : words().unreachable}</h1>
            <Show when={isNobody()} fallback={<button type="button" class="button button-main" onClick={() => void refetch()}>{words().again}</button>}>
              <p class="soft">{words().noTenantHint}</p>
            </Show>
          </Match>
          <Match when={config()}>{(known) => <Ways {...props} config={known()} />}</Match>
        </Switch>
      </div>
    </main>
  )
}

/** The ways in that there are, one below the other. */
function Ways(props: SignInProps & { config: AuthConfig }): JSX.Element {
  const [reset, setReset] = createSignal(props.reset)
  const by = (): ReturnType<typeof ways> => ways(props.config)
  return (
    <Show when={reset() === undefined} fallback={<Reset token={reset() ?? ''} onDone={() => setReset(undefined)} />}>
      <header class="sign-in-head">
        <h1>{words().to(props.config.tenant_name)}</h1>
        <Show when={props.config.server_name !== props.config.tenant_name}><p class="soft small"><bdi>{props.config.server_name}</bdi></p></Show>
      </header>
      <Show when={props.ended}><p class="soft small" role="status">{words().ended}</p></Show>
      <Show when={props.refused}>{(code) => <p class="form-error sign-in-form" role="alert">{reasonAtSignIn(code(), words().refusedOther(code()))}</p>}</Show>
      <Show when={by().provider}>{(name) => <Provider name={name()} isMain={!by().password} />}</Show>
      <Show when={by().provider && by().password}><p class="sign-in-or soft small"><span>{words().or}</span></p></Show>
      <Show when={by().password}>
        <PasswordForm onSignedIn={props.onSignedIn} />
        <button type="button" class="link small" onClick={() => setReset('')}>{words().forgotten}</button>
      </Show>
    </Show>
  )
}

/** Leads to the identity provider, and from there back to where one is. */
function Provider(props: { name: string; isMain: boolean }): JSX.Element {
  const [failure, setFailure] = createSignal<Failure>()
  const [busy, setBusy] = createSignal(false)
  const go = async (): Promise<void> => {
    setBusy(true)
    setFailure(undefined)
    try {
      const { url } = await askOpenly<OidcBegun>('/v1/auth/oidc/start', { return_to: returnTo(location) })
      location.assign(url)
    } catch (error) {
      setFailure(Failure.from(error))
      setBusy(false)
    }
  }
  // Whoever comes back with the browser's arrow finds the button as it was.
  onMount(() => window.addEventListener('pageshow', () => setBusy(false)))
  return (
    <div class="form sign-in-form">
      <button type="button" class="button" classList={{ 'button-main': props.isMain }} disabled={busy()} onClick={() => void go()}>
        <bdi>{words().continueWith(props.name)}</bdi> <ArrowRight size={16} aria-hidden="true" />
      </button>
      <Show when={failure()}>{(why) => <p class="form-error" role="alert">{reasonAtSignIn(why().code, reason(why()))}</p>}</Show>
    </div>
  )
}

function PasswordForm(props: { onSignedIn: () => void }): JSX.Element {
  const [failure, setFailure] = createSignal<Failure>()
  const [needsCode, setNeedsCode] = createSignal(false)
  const [busy, setBusy] = createSignal(false)

  const submit = async (form: HTMLFormElement): Promise<void> => {
    const said = new FormData(form)
    const text = (name: string): string => String(said.get(name) ?? '')
    const login = { username: text('username').trim(), password: text('password') }
    setBusy(true)
    setFailure(undefined)
    try {
      await session.signIn(needsCode() ? { ...login, totp_code: text('code').replaceAll(' ', '') } : login)
      props.onSignedIn()
    } catch (error) {
      const why = Failure.from(error)
      if (why.code === 'SW_AUTH_TOTP_REQUIRED') setNeedsCode(true)
      else setFailure(why)
    } finally {
      setBusy(false)
    }
  }

  return (
    <form
      class="form sign-in-form"
      onSubmit={(event) => {
        event.preventDefault()
        void submit(event.currentTarget)
      }}
    >
      <label class="field">
        <span>{words().name}</span>
        <input class="input" name="username" autocomplete="username" autocapitalize="none" spellcheck={false} required autofocus />
      </label>
      <label class="field">
        <span>{words().password}</span>
        <input class="input" name="password" type="password" autocomplete="current-password" required />
      </label>
      <Show when={needsCode()}>
        <label class="field">
          <span>{words().code}</span>
          <input class="input" name="code" autocomplete="one-time-code" inputmode="text" required ref={(input) => queueMicrotask(() => input.focus())} />
          <small>{words().codeHint}</small>
        </label>
      </Show>
      <Show when={failure()}>{(why) => <p class="form-error" role="alert">{reasonAtSignIn(why().code, reason(why()))}</p>}</Show>
      <button type="submit" class="button button-main" disabled={busy()}>{words().submit}</button>
    </form>
  )
}

/** A new password, with what an admin has handed over. */
function Reset(props: { token: string; onDone: () => void }): JSX.Element {
  const [failure, setFailure] = createSignal<Failure>()
  const submit = async (form: HTMLFormElement): Promise<void> => {
    const said = new FormData(form)
    setFailure(undefined)
    try {
      await askOpenly('/v1/auth/reset', { token: String(said.get('token')).trim(), new_password: String(said.get('new')) })
      say(words().resetDone)
      props.onDone()
    } catch (error) {
      setFailure(Failure.from(error))
    }
  }
  return (
    <form
      class="form sign-in-form"
      onSubmit={(event) => {
        event.preventDefault()
        void submit(event.currentTarget)
      }}
    >
      <header class="sign-in-head"><h1>{words().resetTitle}</h1><p class="soft small">{words().resetText}</p></header>
      <label class="field">
        <span>{words().resetCode}</span>
        <input class="input" name="token" value={props.token} autocomplete="off" autocapitalize="none" spellcheck={false} required autofocus={props.token === ''} />
      </label>
      <label class="field">
        <span>{words().newPassword}</span>
        <input class="input" name="new" type="password" autocomplete="new-password" minlength={8} required autofocus={props.token !== ''} />
        <small>{words().newHint}</small>
      </label>
      <Show when={failure()}>{(why) => <p class="form-error" role="alert">{why().code === 'SW_AUTH_INVALID_TOKEN' ? words().resetWrong : reason(why())}</p>}</Show>
      <button type="submit" class="button button-main">{words().setPassword}</button>
      <button type="button" class="link small" onClick={() => props.onDone()}>{words().backToSignIn}</button>
    </form>
  )
}
