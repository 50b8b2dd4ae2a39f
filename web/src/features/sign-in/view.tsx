import { createResource, createSignal, type JSX, Match, Show, Switch } from 'solid-js'
import { type AuthConfig, Failure, session } from '../../api'
import { localized, Spinner } from '../../ui'
import { words } from './words'

const loading = localized({ en: { text: 'Loading' }, nl: { text: 'Laden' }, de: { text: 'Wird geladen' } })

/** Asked without a token, by whoever comes. */
async function readConfig(): Promise<AuthConfig> {
  const response = await fetch('/v1/auth/config').catch(() => {
    throw Failure.offline()
  })
  const body: unknown = await response.json().catch(() => null)
  if (!response.ok) throw Failure.of(body, response.status)
  return (body as { data: AuthConfig }).data
}

export function SignIn(props: { ended: boolean; onSignedIn: () => void }): JSX.Element {
  const [config, { refetch }] = createResource(readConfig)
  const isNobody = (): boolean => Failure.from(config.error).code === 'SW_TENANT_NOT_FOUND'
  return (
    <main class="sign-in">
      <div class="sign-in-card">
        <img src="/favicon.svg" alt="" width="48" height="48" />
        <Switch fallback={<Spinner label={loading().text} />}>
          <Match when={config.error}>
            <h1>{isNobody() ? words().noTenant : words().unreachable}</h1>
            <Show when={isNobody()} fallback={<button type="button" class="button button-main" onClick={() => void refetch()}>{words().again}</button>}>
              <p class="soft">{words().noTenantHint}</p>
            </Show>
          </Match>
          <Match when={config()}>
            {(known) => <SignInForm config={known()} ended={props.ended} onSignedIn={props.onSignedIn} />}
          </Match>
        </Switch>
      </div>
    </main>
  )
}

function SignInForm(props: { config: AuthConfig; ended: boolean; onSignedIn: () => void }): JSX.Element {
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
      <header>
        <h1>{words().to(props.config.tenant_name)}</h1>
        <p class="soft small"><bdi>{props.config.server_name}</bdi></p>
      </header>
      <Show when={props.ended && !failure()}><p class="soft small" role="status">{words().ended}</p></Show>
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
          <input class="input" name="code" autocomplete="one-time-code" inputmode="numeric" required ref={(input) => queueMicrotask(() => input.focus())} />
          <small>{words().codeHint}</small>
        </label>
      </Show>
      <Show when={failure()}>{(why) => <p class="form-error" role="alert">{why().message}</p>}</Show>
      <button type="submit" class="button button-main" disabled={busy()}>{words().submit}</button>
    </form>
  )
}
