import { createSignal, For, type JSX, Show } from 'solid-js'
import { api, ask, askWithMeta, type Rejection } from '../../api'
import { dates, localized, say } from '../../ui'
import { attempt, reason } from '../failures'
import { Explained } from './letters'
import { createPages } from './pages'
import { Part } from './part'
import { createReading } from './reading'
import { words } from './words'

const refusalWords = localized({
  en: { title: 'Refused between servers', hint: 'What this server refused of others, and others of it; newest first.', none: 'Nothing was refused.', direction: 'By whom', inbound: 'refused here', outbound: 'refused there', peer: 'Server', code: 'Code', copy: 'Copy for the other admin', sample: 'What was refused', bytes: (n: number) => `${n} bytes`, here: 'This server', there: 'Another server' },
  nl: { title: 'Geweigerd tussen servers', hint: 'Wat deze server van andere weigerde, en andere van deze; de nieuwste eerst.', none: 'Er is niets geweigerd.', direction: 'Door wie', inbound: 'hier geweigerd', outbound: 'daar geweigerd', peer: 'Server', code: 'Code', copy: 'Kopiëren voor de andere beheerder', sample: 'Wat is geweigerd', bytes: (n: number) => `${n} bytes`, here: 'Deze server', there: 'Een andere server' },
  de: { title: 'Abgelehnt zwischen Servern', hint: 'Was dieser Server von anderen ablehnte, und andere von ihm; das Neueste zuerst.', none: 'Nichts wurde abgelehnt.', direction: 'Von wem', inbound: 'hier abgelehnt', outbound: 'dort abgelehnt', peer: 'Server', code: 'Code', copy: 'Für den anderen Verwalter kopieren', sample: 'Was abgelehnt wurde', bytes: (n: number) => `${n} Bytes`, here: 'Dieser Server', there: 'Ein anderer Server' },
})

type Filter = Record<string, string>

/** What was refused, in either direction, with its reason; of one server when it is named. */
export function Rejections(props: { peer: string | undefined }): JSX.Element {
  const [filter, setFilter] = createSignal<Filter>(props.peer ? { peer: props.peer } : {})
  const lines = createPages(filter, (query, before) => askWithMeta(api.GET('/v1/admin/federation/rejections', { params: { query: { ...query, limit: 50, ...(before ? { before } : {}) } } })))
  const choose = (form: HTMLFormElement): void => {
    const said = new FormData(form)
    const pairs = ['direction', 'peer', 'code'].map((name) => [name, String(said.get(name) ?? '').trim()])
    setFilter(Object.fromEntries(pairs.filter(([, value]) => value)))
  }
  return (
    <Part title={refusalWords().title} hint={refusalWords().hint} of={lines}>
      <form class="settings-row" role="search" aria-label={words().filter} onChange={(event) => choose(event.currentTarget)} onSubmit={(event) => {
        event.preventDefault()
        choose(event.currentTarget)
      }}>
        <label class="field grow"><span>{refusalWords().direction}</span><select class="input" name="direction"><option value="">{words().all}</option><option value="inbound">{refusalWords().here}</option><option value="outbound">{refusalWords().there}</option></select></label>
        <label class="field grow"><span>{refusalWords().peer}</span><input class="input" name="peer" value={props.peer ?? ''} autocapitalize="none" spellcheck={false} dir="ltr" /></label>
        <label class="field grow"><span>{refusalWords().code}</span><input class="input" name="code" placeholder="SW_FED_…" autocapitalize="characters" spellcheck={false} dir="ltr" /></label>
      </form>
      <ul class="settings-list"><For each={lines.data()} fallback={<li class="soft">{lines.loading() ? words().loading : refusalWords().none}</li>}>{(rejection) => <Line rejection={rejection} />}</For></ul>
      <Show when={lines.more()}><div><button type="button" class="button" onClick={() => void lines.older()}>{words().older}</button></div></Show>
    </Part>
  )
}

function Line(props: { rejection: Rejection }): JSX.Element {
  const [open, setOpen] = createSignal(false)
  return (
    <li>
      <details class="grow" onToggle={(event) => setOpen(event.currentTarget.open)}>
        <summary><code>{props.rejection.code}</code> <bdi>{props.rejection.peer}</bdi> <span class="soft small">{props.rejection.direction === 'inbound' ? refusalWords().inbound : refusalWords().outbound} · {dates.brief(props.rejection.created_at)}</span></summary>
        <p>{reason(props.rejection)}</p>
        <Show when={open()}><Detail rejection={props.rejection} /></Show>
      </details>
    </li>
  )
}

function Detail(props: { rejection: Rejection }): JSX.Element {
  const detail = createReading(() => props.rejection.id, (line_id) => ask(api.GET('/v1/admin/federation/rejections/{line_id}', { params: { path: { line_id } } })))
  const copy = async (): Promise<void> => {
    if (await attempt(navigator.clipboard.writeText(JSON.stringify(detail.data() ?? props.rejection, null, 2)))) say(words().copied)
  }
  return (
    <>
      <Show when={detail.data()}>{(known) => <Explained of={known().explanation} />}</Show>
      <p class="soft small">{refusalWords().sample} ({refusalWords().bytes(props.rejection.size)})</p>
      <pre class="rejection-detail" tabindex="0" role="group" aria-label={refusalWords().sample}>{props.rejection.sample}</pre>
      <button type="button" class="button" onClick={() => void copy()}>{refusalWords().copy}</button>
    </>
  )
}
