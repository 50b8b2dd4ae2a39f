import { createSignal, For, type JSX, Show } from 'solid-js'
import { api, askWithMeta, type AuditLine } from '../../api'
import { dates, localized } from '../../ui'
import { actionName, actions } from './audit-actions'
import { AuditText } from './audit-text'
import { createPages } from './pages'
import { Part } from './part'
import { words } from './words'

const auditWords = localized({
  en: { hint: 'Changes of the federation and of accounts, and alarms; newest first.', kind: 'Kind', changes: 'Changes', alarms: 'Alarms', action: 'What', peer: 'Server', since: 'Not before', none: 'Nothing was written.', alarm: 'alarm', operator: 'the operator, on the command line', server: 'the server by itself' },
  nl: { hint: 'Wijzigingen van de federatie en van accounts, en alarmen; de nieuwste eerst.', kind: 'Soort', changes: 'Wijzigingen', alarms: 'Alarmen', action: 'Wat', peer: 'Server', since: 'Niet voor', none: 'Er is niets geschreven.', alarm: 'alarm', operator: 'de operator, op de opdrachtregel', server: 'de server zelf' },
  de: { hint: 'Änderungen der Föderation und von Konten, und Alarme; die neuesten zuerst.', kind: 'Art', changes: 'Änderungen', alarms: 'Alarme', action: 'Was', peer: 'Server', since: 'Nicht vor', none: 'Nichts wurde geschrieben.', alarm: 'Alarm', operator: 'der Betreiber, auf der Befehlszeile', server: 'der Server von selbst' },
})

type Filter = Record<string, string>

/** Only what was chosen; a day begins on the clock of whoever looks. */
function chosen(form: HTMLFormElement): Filter {
  const said = new FormData(form)
  const filter: Filter = {}
  for (const name of ['severity', 'action', 'peer']) {
    const value = String(said.get(name) ?? '').trim()
    if (value) filter[name] = value
  }
  const day = String(said.get('since') ?? '')
  if (day) filter['since'] = new Date(`${day}T00:00:00`).toISOString().replace(/\.\d+Z$/u, 'Z')
  return filter
}

export function Audit(): JSX.Element {
  const [filter, setFilter] = createSignal<Filter>({})
  const lines = createPages(filter, (query, before) => askWithMeta(api.GET('/v1/admin/audit', { params: { query: { ...query, limit: 50, ...(before ? { before } : {}) } } })))
  return (
    <Part title={words().audit} hint={auditWords().hint} of={lines}>
      <form class="settings-row" role="search" aria-label={words().filter} onChange={(event) => setFilter(chosen(event.currentTarget))} onSubmit={(event) => {
        event.preventDefault()
        setFilter(chosen(event.currentTarget))
      }}>
        <label class="field grow"><span>{auditWords().kind}</span><select class="input" name="severity"><option value="">{words().all}</option><option value="change">{auditWords().changes}</option><option value="alarm">{auditWords().alarms}</option></select></label>
        <label class="field grow"><span>{auditWords().action}</span><select class="input" name="action"><option value="">{words().all}</option><For each={actions()}>{(action) => <option value={action}>{actionName(action)}</option>}</For></select></label>
        <label class="field grow"><span>{auditWords().peer}</span><input class="input" name="peer" autocapitalize="none" spellcheck={false} dir="ltr" /></label>
        <label class="field grow"><span>{auditWords().since}</span><input class="input" name="since" type="date" /></label>
      </form>
      <ul class="settings-list"><For each={lines.data()} fallback={<li class="soft">{lines.loading() ? words().loading : auditWords().none}</li>}>{(line) => <Line line={line} />}</For></ul>
      <Show when={lines.more()}><div><button type="button" class="button" onClick={() => void lines.older()}>{words().older}</button></div></Show>
    </Part>
  )
}

function Line(props: { line: AuditLine }): JSX.Element {
  const who = (): string => ({ operator: auditWords().operator, server: auditWords().server })[props.line.actor] ?? props.line.actor
  return (
    <li>
      <div class="grow">
        <AuditText line={props.line} before={<Show when={props.line.severity === 'alarm'}><span class="badge badge-bad">{auditWords().alarm}</span> </Show>} />
        <p class="soft small"><bdi>{who()}</bdi> · {dates.moment(props.line.created_at)} · <code>{props.line.action}</code><Show when={props.line.peer}>{(peer) => <> · <bdi>{peer()}</bdi></>}</Show></p>
      </div>
    </li>
  )
}
