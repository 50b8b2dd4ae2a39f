import { createResource, type JSX, Show } from 'solid-js'
import { api, ask, type RoomListItem } from '../api'
import { dates } from '../ui'
import { words } from './words'

/** The truth about a host that cannot be reached: since when, and that what is written is safe, and late. */
export function HostBanner(props: { room: RoomListItem }): JSX.Element {
  const isAway = (): boolean => !props.room.hosted_here && !props.room.host_reachable
  const [outside] = createResource(() => (isAway() ? props.room.id : undefined), (room_id) => ask(api.GET('/v1/rooms/{room_id}/outside', { params: { path: { room_id } } })))
  /** Not known as long as it is asked, or when it cannot be. */
  const since = (): string | undefined => {
    const host = outside.state === 'ready' ? outside().servers.find((server) => server.server_name === props.room.host) : undefined
    return host?.unreachable_since ? dates.timeOrMoment(host.unreachable_since) : undefined
  }
  return (
    <Show when={isAway()}>
      <p class="host-banner" role="status">
        {words().hostDown(props.room.host, since())} <Show when={props.room.pending > 0}>{words().waiting(props.room.pending)}</Show>
      </p>
    </Show>
  )
}
