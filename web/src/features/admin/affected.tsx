import { createSignal, For, type JSX, Show } from 'solid-js'
import { type AffectedRoom, api, ask } from '../../api'
import { Confirm } from './part'
import { words } from './words'
import { policyWords } from './words/policy'

/** Leaves rooms that the policy is against; says how many it were. */
export async function leaveRooms(rooms: readonly string[]): Promise<number> {
  for (const room_id of rooms) await ask(api.POST('/v1/admin/federation/rooms/{room_id}/leave', { params: { path: { room_id } } }))
  return rooms.length
}

/** Which shared rooms a change of the policy touches: what is left at once, and what the admin decides about. */
export function Affected(props: { rooms: AffectedRoom[]; saved: boolean; onDecide: (leave: string[]) => Promise<unknown>; onClose: () => void }): JSX.Element {
  const [chosen, setChosen] = createSignal<readonly string[]>([])
  const left = (): AffectedRoom[] => props.rooms.filter((room) => room.left)
  const kept = (): AffectedRoom[] => props.rooms.filter((room) => !room.left)
  const choose = (room: string, on: boolean): unknown => setChosen((known) => (on ? [...known, room] : known.filter((other) => other !== room)))
  return (
    <Confirm title={props.saved ? policyWords().savedAffected : policyWords().touches} action={props.saved ? policyWords().leaveThese : policyWords().saveAll} danger={left().length > 0 || chosen().length > 0} refused={props.saved && chosen().length === 0} onConfirm={() => props.onDecide([...chosen()])} onClose={props.onClose}>
      <Show when={!props.saved}><p class="soft">{policyWords().touchesText}</p></Show>
      <Show when={left().length > 0}>
        <p>{policyWords().leftNow}</p>
        <ul class="plain-list"><For each={left()}>{(room) => <li><bdi class="admin-strong">{room.name ?? words().noName}</bdi> <About room={room} /></li>}</For></ul>
      </Show>
      <Show when={kept().length > 0}>
        <p>{props.saved ? policyWords().savedText : policyWords().kept}</p>
        <ul class="plain-list">
          <For each={kept()}>{(room) => <li><label class="check"><input type="checkbox" onChange={(event) => choose(room.room_id, event.currentTarget.checked)} /><span>{policyWords().leave(room.name ?? words().noName)} <About room={room} /></span></label></li>}</For>
        </ul>
      </Show>
    </Confirm>
  )
}

function About(props: { room: AffectedRoom }): JSX.Element {
  return <span class="soft small">{policyWords().hosted(props.room.host)} · {policyWords().notAdmitted(props.room.servers.join(', '))}</span>
}
