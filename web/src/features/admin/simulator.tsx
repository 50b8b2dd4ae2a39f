import { createSignal, For, type JSX, Show } from 'solid-js'
import { api, ask, Failure, type PolicyRuling } from '../../api'
import { readRooms } from './facts'
import { Part, Trouble } from './part'
import { createReading } from './reading'
import { words } from './words'
import { policyWords } from './words/policy'

type Words = ReturnType<typeof policyWords>
type Key = keyof Words

/** Rules by their names on the wire. */
const RULES: Record<string, Key> = {
  blocked_peers: 'rule_blocked_peers', 'default_mode closed': 'rule_closed', allowed_peers: 'rule_allowed_peers', 'default_mode invite_only': 'rule_invite_only', 'default_mode open': 'rule_open', shared_room: 'rule_shared_room', farewell: 'rule_farewell',
  max_backfill_events_per_request: 'rule_backfill', invites_per_peer_per_hour: 'rule_invites', 'room federate': 'rule_room_federate', 'room denied_servers': 'rule_room_denied', 'room state': 'rule_room_state', max_foreign_participants: 'rule_room_full',
}

function said(key: Key | undefined, otherwise: string): string {
  const text = key && policyWords()[key]
  return typeof text === 'string' ? text : otherwise
}

/** Asks the policy in force what it would say, and which rule decides. */
export function Simulator(): JSX.Element {
  const rooms = createReading(() => undefined, readRooms)
  const [rulings, setRulings] = createSignal<PolicyRuling[]>()
  const [failure, setFailure] = createSignal<Failure>()
  const simulate = async (form: HTMLFormElement): Promise<void> => {
    const given = new FormData(form)
    const text = (name: string): string => String(given.get(name) ?? '').trim()
    const person = text('person')
    setFailure(undefined)
    try {
      setRulings(await ask(api.POST('/v1/admin/federation/policy/simulate', { body: { peer: text('peer'), ...(person ? { fqid: person.startsWith('@') ? person : `@${person}` } : {}), ...(text('room') ? { room_id: text('room') } : {}) } })))
    } catch (error) {
      setRulings(undefined)
      setFailure(Failure.from(error))
    }
  }
  return (
    <Part title={policyWords().simulator} hint={policyWords().simulatorHint}>
      <form class="form" onSubmit={(event) => {
        event.preventDefault()
        void simulate(event.currentTarget)
      }}>
        <div class="settings-row">
          <label class="field grow"><span>{policyWords().peer}</span><input class="input" name="peer" required placeholder="globex.example" autocapitalize="none" spellcheck={false} dir="ltr" /></label>
          <label class="field grow"><span>{policyWords().person}</span><input class="input" name="person" placeholder="@bob:globex.example" autocapitalize="none" spellcheck={false} dir="ltr" /></label>
          <label class="field grow"><span>{policyWords().roomToo}</span>
            <select class="input" name="room"><option value="">{policyWords().anyRoom}</option><For each={rooms.data()}>{(room) => <option value={room.id}>{room.name ?? words().noName}</option>}</For></select>
          </label>
          <button type="submit" class="button">{policyWords().ask}</button>
        </div>
      </form>
      <Trouble failure={failure()} />
      <div role="status">
        <Show when={rulings()}>
          {(known) => (
            <table class="admin-table">
              <thead><tr><th scope="col">{policyWords().act}</th><th scope="col">{policyWords().ruling}</th><th scope="col">{policyWords().rule}</th></tr></thead>
              <tbody>
                <For each={known()}>
                  {(ruling) => (
                    <tr>
                      <th scope="row">{said(`act_${ruling.act}` as Key, ruling.act)}</th>
                      <td classList={{ 'admin-good': ruling.allowed, 'admin-bad': !ruling.allowed }}>{ruling.allowed ? policyWords().allowedSaid : policyWords().deniedSaid}</td>
                      <td>{said(RULES[ruling.rule], ruling.rule)} <Show when={ruling.pattern}>{(pattern) => <span class="soft small">({policyWords().line(pattern())})</span>}</Show></td>
                    </tr>
                  )}
                </For>
              </tbody>
            </table>
          )}
        </Show>
      </div>
    </Part>
  )
}
