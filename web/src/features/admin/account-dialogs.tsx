import { createSignal, type JSX, Show } from 'solid-js'
import { api, ask, Failure, type ResetLink } from '../../api'
import { useLive } from '../../sync'
import { dates, Dialog, say } from '../../ui'
import { attempt, reason } from '../failures'
import { words } from './words'
import { personWords } from './words/people'

/** A link with which somebody sets a new password. It is shown once: the server keeps no way to show it again. */
export function ResetPassword(props: { id: string; name: string; onClose: () => void }): JSX.Element {
  return (
    <Dialog title={personWords().resetTitle(props.name)} wide onClose={props.onClose}>
      <ResetForm id={props.id} />
    </Dialog>
  )
}

function ResetForm(props: { id: string }): JSX.Element {
  const [link, setLink] = createSignal<ResetLink>()
  const address = (token: string): string => `${location.origin}/#reset=${encodeURIComponent(token)}`
  const make = async (): Promise<void> => {
    setLink(await ask(api.POST('/v1/admin/participants/{participant_id}/password-reset', { params: { path: { participant_id: props.id } } })))
  }
  const copy = async (token: string): Promise<void> => {
    if (await attempt(navigator.clipboard.writeText(address(token)))) say(words().copied)
  }
  return (
    <div class="form">
      <p>{personWords().resetText}</p>
      <Show when={link()} fallback={<div><button type="button" class="button button-main" onClick={() => void attempt(make())}>{personWords().make}</button></div>}>
        {(known) => (
          <>
            <label class="field"><span>{personWords().link}</span><input class="input" readonly dir="ltr" value={address(known().token)} onFocus={(event) => event.currentTarget.select()} /></label>
            <p class="soft small" role="status">{personWords().until(dates.moment(known().expires_at))}</p>
            <div><button type="button" class="button button-main" onClick={() => void copy(known().token)}>{personWords().copy}</button></div>
          </>
        )}
      </Show>
    </div>
  )
}

/** A new account has no password: its link is offered at once. */
export function CreateAccount(props: { onClose: () => void }): JSX.Element {
  const live = useLive()
  const [made, setMade] = createSignal<string>()
  const [failure, setFailure] = createSignal<Failure>()
  const create = async (form: HTMLFormElement): Promise<void> => {
    const said = new FormData(form)
    const text = (name: string): string => String(said.get(name) ?? '').trim()
    setFailure(undefined)
    try {
      const account = await ask(api.POST('/v1/auth/register', { body: { participant_id: text('id'), tenant_id: live.me().tenant_id, display_name: text('name') } }))
      setMade(account.id)
    } catch (error) {
      setFailure(Failure.from(error))
    }
  }
  return (
    <Dialog title={personWords().create} wide onClose={props.onClose}>
      <Show when={made()} fallback={
        <form class="form" onSubmit={(event) => {
          event.preventDefault()
          void create(event.currentTarget)
        }}>
          <label class="field"><span>{personWords().id}</span><input class="input" name="id" required autofocus autocapitalize="none" spellcheck={false} dir="ltr" aria-describedby="account-id-hint" /></label>
          <p class="soft small" id="account-id-hint">{personWords().idHint}</p>
          <label class="field"><span>{personWords().name}</span><input class="input" name="name" required maxlength={100} /></label>
          <Show when={failure()}>{(why) => <p class="form-error" role="alert">{reason(why())}</p>}</Show>
          <div class="form-actions"><button type="submit" class="button button-main">{personWords().createAction}</button></div>
        </form>
      }>
        {(id) => <><p role="status">{personWords().created}</p><ResetForm id={id()} /></>}
      </Show>
    </Dialog>
  )
}
