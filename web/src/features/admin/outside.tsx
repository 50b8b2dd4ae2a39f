import { For, type JSX, Show } from 'solid-js'
import { api, ask, type Outside } from '../../api'
import { dates } from '../../ui'
import { Trouble } from './part'
import { createReading } from './reading'
import { words } from './words'
import { roomWords } from './words/rooms'

type OutsideServer = Outside['servers'][number]

/** Which servers and people outside can see a room, since when, and how much of it. */
export function OutsideOf(props: { room: string; name: string }): JSX.Element {
  const outside = createReading(() => props.room, (room_id) => ask(api.GET('/v1/admin/rooms/{room_id}/outside', { params: { path: { room_id } } })), { key: 'server_name' })
  return (
    <div class="doctor outside" role="group" aria-label={roomWords().outside(props.name)}>
      <Trouble failure={outside.failure()} />
      <Show when={outside.data()} fallback={<p class="soft" role="status">{outside.loading() ? words().loading : ''}</p>}>
        {(known) => (
          <>
            <p class="small">{known().history === 'shared' ? roomWords().historyShared : roomWords().historyJoined}</p>
            <h3>{roomWords().serversTitle}</h3>
            <ul class="plain-list"><For each={known().servers} fallback={<li class="soft">{roomWords().nobody}</li>}>{(server) => <li><bdi class="admin-strong">{server.server_name}</bdi> <span class="small">{said(server, known().head_seq)}</span></li>}</For></ul>
            <h3>{roomWords().peopleTitle}</h3>
            <ul class="plain-list">
              <For each={known().people} fallback={<li class="soft">{roomWords().nobody}</li>}>
                {(person) => <li><bdi class="admin-strong">{person.display_name ?? person.participant_id}</bdi> <bdi class="soft small">{person.participant_id}</bdi> <span class="small">{person.membership === 'invite' ? roomWords().invited : roomWords().joined} · {person.since ? roomWords().since(dates.moment(person.since)) : roomWords().sinceStart}</span></li>}
              </For>
            </ul>
          </>
        )}
      </Show>
    </div>
  )
}

function said(server: OutsideServer, head: number): string {
  const parts = [
    server.present ? roomWords().present : server.left_at ? roomWords().gone(dates.moment(server.left_at)) : roomWords().invited,
    server.since ? roomWords().since(dates.moment(server.since)) : roomWords().sinceStart,
    server.history_from_seq === null ? roomWords().seesUnknown : roomWords().seesFrom(server.history_from_seq),
  ]
  if (server.acked_seq !== null) parts.push(roomWords().has(server.acked_seq, head))
  if (server.unreachable_since) parts.push(roomWords().away(dates.moment(server.unreachable_since)))
  return parts.join(' · ')
}
