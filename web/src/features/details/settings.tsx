import { createResource, For, type JSX, Show } from 'solid-js'
import { api, ask, type RoomListItem, type RoomSettings } from '../../api'
import { say } from '../../ui'
import { attempt } from '../failures'
import { changes, PIN_LEVEL } from './model'
import { words } from './words'

/** What only the owners of a room decide. */
export function Settings(props: { room: RoomListItem }): JSX.Element {
  const params = { path: { room_id: props.room.id } }
  const [settings, { mutate }] = createResource(() => ask(api.GET('/v1/rooms/{room_id}/settings', { params })))
  const save = async (before: RoomSettings, form: HTMLFormElement): Promise<void> => {
    const said = new FormData(form)
    const number = (name: string): number => Number(said.get(name))
    const body = changes(before, {
      federate: said.has('federate'), history: String(said.get('history')), invite: number('invite'), pin: number('pin'), write: number('write'), denied: String(said.get('denied') ?? ''),
    })
    if (Object.keys(body).length === 0) {
      say(words().nothing)
      return
    }
    const work = async (): Promise<void> => {
      mutate(await ask(api.PUT('/v1/rooms/{room_id}/settings', { params, body })))
    }
    if (await attempt(work())) say(words().saved)
  }
  return (
    <section aria-labelledby="d-settings">
      <h3 id="d-settings">{words().settings}</h3>
      <Show when={settings.state === 'ready' ? settings() : undefined}>
        {(known) => (
          <form class="form" onSubmit={(event) => {
            event.preventDefault()
            void save(known(), event.currentTarget)
          }}>
            <label class="check"><input type="checkbox" name="federate" checked={known().federate ?? false} /><span>{words().federate}<small class="soft check-hint">{words().federateWarn}</small></span></label>
            <label class="field"><span>{words().history}</span>
              <select class="input" name="history" value={known().history ?? 'shared'}><option value="shared">{words().shared}</option><option value="joined">{words().joined}</option></select>
            </label>
            <Level name="invite" label={words().inviteLevel} value={known().invite_level ?? 0} />
            <Level name="write" label={words().writeLevel} value={known().levels?.['swp.room.message'] ?? 0} />
            <Level name="pin" label={words().pinLevel} value={known().levels?.['swp.room.pin'] ?? PIN_LEVEL} />
            <label class="field"><span>{words().denied}</span><textarea class="input" name="denied" rows="2" spellcheck={false}>{(known().denied_servers ?? []).join('\n')}</textarea><small>{words().deniedHint}</small></label>
            <div><button type="submit" class="button">{words().save}</button></div>
          </form>
        )}
      </Show>
    </section>
  )
}

function Level(props: { name: string; label: string; value: number }): JSX.Element {
  const known = (): [number, string][] => {
    const named: [number, string][] = [[0, words().everybody], [50, words().moderators], [100, words().owners]]
    return named.some(([level]) => level === props.value) ? named : [...named, [props.value, words().level(props.value)]]
  }
  return (
    <label class="field"><span>{props.label}</span>
      <select class="input" name={props.name}><For each={known()}>{([level, text]) => <option value={level} selected={level === props.value}>{text}</option>}</For></select>
    </label>
  )
}
