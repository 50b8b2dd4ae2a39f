import { createSignal, type JSX, Show } from 'solid-js'
import { askOpenly, Failure, session, type SetUpServer, type SetupState } from '../../api'
import { reason } from '../failures'
import { Check } from './check'
import { codeOf, fieldOf, localIdOf, newServer } from './model'
import { words } from './words'

type Made = Pick<SetUpServer, 'fqid' | 'server_name'> & { name: string }

/** The first visit: whoever has the code of the server's start makes the first account. */
export function Setup(props: { state: SetupState; onDone: () => void }): JSX.Element {
  const [made, setMade] = createSignal<Made>()
  return (
    <main class="sign-in">
      <div class="sign-in-card setup-card">
        <img src="/favicon.svg" alt="" width="48" height="48" />
        <Show when={made()} fallback={<Form state={props.state} onMade={setMade} onLate={props.onDone} />}>
          {(is) => <Check server={is().server_name} name={is().name} onDone={props.onDone} />}
        </Show>
      </div>
    </main>
  )
}

function Form(props: { state: SetupState; onMade: (made: Made) => void; onLate: () => void }): JSX.Element {
  const given = codeOf(location.hash)
  // A code in the address would stay in the history.
  if (given) history.replaceState(history.state, '', location.pathname)
  const [failure, setFailure] = createSignal<Failure>()
  const [busy, setBusy] = createSignal(false)
  const [asksCode, setAsksCode] = createSignal(!given)
  const [server, setServer] = createSignal(props.state.server_name ?? location.host)
  let localId: HTMLInputElement | undefined
  let isOwnId = false

  const submit = async (form: HTMLFormElement): Promise<void> => {
    const data = new FormData(form)
    const said = (name: string): string => String(data.get(name) ?? (name === 'code' ? given : ''))
    const wanted = newServer(props.state, said)
    if (wanted.admin.password !== said('again')) {
      setFailure(new Failure('differs', words().differs, 0, 'again'))
      return
    }
    setBusy(true)
    setFailure(undefined)
    try {
      const { fqid, server_name } = await askOpenly<SetUpServer>('/v1/setup', wanted)
      await session.signIn({ username: wanted.admin.local_id, password: wanted.admin.password })
      props.onMade({ fqid, server_name, name: wanted.admin.display_name })
    } catch (error) {
      const why = Failure.from(error)
      if (why.code === 'SW_SETUP_CODE_WRONG') setAsksCode(true)
      setFailure(why)
    } finally {
      setBusy(false)
    }
  }
  const field = (name: string): string | undefined => {
    const why = failure()
    return why && fieldOf(why.field) === name ? reason(why) : undefined
  }
  const general = (): string | undefined => {
    const why = failure()
    if (!why || why.code === 'SW_SETUP_CODE_WRONG' || why.field) return undefined
    return why.code === 'SW_SETUP_DONE' ? words().done : reason(why)
  }
  return (
    <form class="form setup-form" onSubmit={(event) => {
      event.preventDefault()
      void submit(event.currentTarget)
    }}>
      <header class="sign-in-head"><h1>{words().title}</h1><p class="soft">{words().intro}</p></header>
      <Show when={asksCode()} fallback={<p class="soft small" role="status">{words().codeKnown}</p>}>
        <Field name="code" label={words().code} hint={words().codeHint} wrong={failure()?.code === 'SW_SETUP_CODE_WRONG' ? words().wrongCode : undefined}>
          <input class="input setup-code" id="f-code" name="code" value={given} required autocomplete="off" autocapitalize="none" spellcheck={false} autofocus />
        </Field>
      </Show>
      <fieldset>
        <legend>{words().organisation}</legend>
        <Show when={props.state.server_name} fallback={
          <Field name="server_name" label={words().serverName} hint={words().serverNameHint} wrong={field('server_name')}>
            <input class="input" id="f-server_name" name="server_name" value={location.host} required autocapitalize="none" spellcheck={false} onInput={(event) => setServer(event.currentTarget.value)} />
          </Field>
        }>
          {(name) => <p class="setup-fixed"><span class="small">{words().serverName}</span> <bdi><code>{name()}</code></bdi><br /><span class="soft small">{words().serverNameFixed}</span></p>}
        </Show>
        <Field name="tenant_name" label={words().tenantName} wrong={field('tenant_name')}>
          <input class="input" id="f-tenant_name" name="tenant_name" required maxlength={128} autocomplete="organization" autofocus={!asksCode()} />
        </Field>
      </fieldset>
      <fieldset>
        <legend>{words().you}</legend>
        <p class="soft small">{words().youText}</p>
        <Field name="display_name" label={words().displayName} wrong={field('display_name')}>
          <input class="input" id="f-display_name" name="display_name" required maxlength={100} autocomplete="name" onInput={(event) => {
            if (localId && !isOwnId) localId.value = localIdOf(event.currentTarget.value)
          }} />
        </Field>
        <Field name="local_id" label={words().localId} hint={words().localIdHint(server())} wrong={field('local_id')}>
          <input class="input" id="f-local_id" name="local_id" ref={localId} required autocomplete="username" autocapitalize="none" spellcheck={false} onInput={() => {
            isOwnId = true
          }} />
        </Field>
        <Field name="password" label={words().password} hint={words().passwordHint} wrong={field('password')}>
          <input class="input" id="f-password" name="password" type="password" autocomplete="new-password" minlength={8} required />
        </Field>
        <Field name="again" label={words().again} wrong={field('again')}>
          <input class="input" id="f-again" name="again" type="password" autocomplete="new-password" required />
        </Field>
      </fieldset>
      <Show when={general()}>{(text) => <p class="form-error" role="alert">{text()}</p>}</Show>
      <Show when={failure()?.code === 'SW_SETUP_DONE'} fallback={<button type="submit" class="button button-main" disabled={busy()}>{words().create}</button>}>
        <button type="button" class="button button-main" onClick={() => props.onLate()}>{words().signIn}</button>
      </Show>
    </form>
  )
}

function Field(props: { name: string; label: string; hint?: string; wrong: string | undefined; children: JSX.Element }): JSX.Element {
  return (
    <div class="field">
      <label for={`f-${props.name}`}>{props.label}</label>
      {props.children}
      <Show when={props.wrong} fallback={<Show when={props.hint}><small>{props.hint}</small></Show>}><p class="form-error" role="alert">{props.wrong}</p></Show>
    </div>
  )
}
