import Globe from 'lucide-solid/icons/globe'
import { createResource, createSignal, For, type JSX, Show } from 'solid-js'
import { api, ask, type Participant } from '../../api'
import { useLive } from '../../sync'
import { Avatar, ready } from '../../ui'
import { reasonOf } from '../failures'
import { PersonName } from '../people'
import { asFqid } from './find'
import { words } from './words'

const FOUND_MAX = 20

/** Finds somebody by name, of this organisation first, or takes a full name of another server. */
export function FindPerson(props: { label: string; verb: string; without?: readonly string[]; foreign: string | undefined; onChosen: (fqid: string) => void }): JSX.Element {
  const live = useLive()
  const [text, setText] = createSignal('')
  const [found] = createResource(text, (q) => ask(api.GET('/v1/directory/participants', { params: { query: { q, limit: FOUND_MAX, include_federated: props.foreign === undefined } } })))
  const shown = (): Participant[] => (ready(found) ?? []).filter((person) => person.fqid !== live.me().fqid && !props.without?.includes(person.fqid))
  const foreign = (): string | undefined => {
    const fqid = asFqid(text())
    return fqid && !shown().some((person) => person.fqid === fqid) ? fqid : undefined
  }
  return (
    <div class="form">
      <label class="field">
        <span>{props.label}</span>
        <input class="input" autofocus autocapitalize="none" spellcheck={false} value={text()} onInput={(event) => setText(event.currentTarget.value)} />
        <small>{props.foreign ?? words().whomHint}</small>
      </label>
      <div class="people-found">
        <Show when={props.foreign === undefined ? foreign() : undefined}>
          {(fqid) => (
            <button type="button" class="person-line" onClick={() => props.onChosen(fqid())}>
              <span class="avatar avatar-square avatar-4" data-letters=""><Globe size={18} aria-hidden="true" /></span>
              <span class="grow truncate">{props.verb} <bdi><strong>{fqid()}</strong></bdi></span>
            </button>
          )}
        </Show>
        <For each={shown()}>
          {(person) => (
            <button type="button" class="person-line" onClick={() => props.onChosen(person.fqid)}>
              <Avatar name={person.display_name} of={person.fqid} />
              <span class="grow truncate"><PersonName name={person.display_name} fqid={person.fqid} strong /> <span class="soft small">@{person.local_id}</span></span>
            </button>
          )}
        </For>
        <Show when={found.error}><p class="form-error" role="alert">{reasonOf(found.error)}</p></Show>
        <Show when={text() && !found.loading && !found.error && shown().length === 0 && !foreign()}><p class="soft small" role="status">{words().nobody}</p></Show>
      </div>
    </div>
  )
}
