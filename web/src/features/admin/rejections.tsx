import { createResource, createSignal, For, type JSX, Show } from 'solid-js'
import { api, ask, Failure, type Rejection } from '../../api'
import { attempt, dates, say } from '../../ui'
import { words } from './words'

const SHOWN = 30

/** What was refused, in either direction, with its reason. */
export function Rejections(): JSX.Element {
  const [list] = createResource(() => ask(api.GET('/v1/admin/federation/rejections', { params: { query: { limit: SHOWN } } })))
  return (
    <section class="settings-part" aria-labelledby="a-rejections">
      <h2 id="a-rejections">{words().rejections}</h2>
      <Show when={!list.error} fallback={<p class="form-error" role="alert">{Failure.from(list.error).message}</p>}>
        <ul class="settings-list"><For each={list()} fallback={<li class="soft">{list.loading ? words().loading : words().noRejections}</li>}>{(rejection) => <Line rejection={rejection} />}</For></ul>
      </Show>
    </section>
  )
}

function Line(props: { rejection: Rejection }): JSX.Element {
  const [open, setOpen] = createSignal(false)
  const [detail] = createResource(open, () => ask(api.GET('/v1/admin/federation/rejections/{line_id}', { params: { path: { line_id: props.rejection.id } } })))
  const copy = async (): Promise<void> => {
    if (await attempt(navigator.clipboard.writeText(JSON.stringify(props.rejection, null, 2)))) say(words().copied)
  }
  return (
    <li>
      <details class="grow" onToggle={(event) => setOpen(event.currentTarget.open)}>
        <summary><code>{props.rejection.code}</code> <bdi>{props.rejection.peer}</bdi> <span class="soft small">{props.rejection.direction === 'inbound' ? words().inbound : words().outbound} · {dates.brief(props.rejection.created_at)}</span></summary>
        <p lang="en">{props.rejection.message}</p>
        <Show when={!detail.error && detail()}>{(known) => <pre class="rejection-detail" tabindex="0" lang="en">{JSON.stringify(known().explanation, null, 2)}</pre>}</Show>
        <pre class="rejection-detail" tabindex="0">{props.rejection.sample}</pre>
        <button type="button" class="button" onClick={() => void copy()}>{words().copy}</button>
      </details>
    </li>
  )
}
