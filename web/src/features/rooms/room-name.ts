import type { Room } from '../../api'
import type { State } from '../../sync'
import { parts } from '../people'
import { words } from './words'

type Named = Pick<Room, 'id' | 'name' | 'dm_with' | 'dm_with_name'>

/** What a room is called: a dm like the other person. */
export function roomName(room: Named, state: Pick<State, 'members'>): string {
  if (room.dm_with) {
    const known = state.members[room.id]?.find((member) => member.participant_id === room.dm_with)
    return known?.participant.display_name ?? room.dm_with_name ?? parts(room.dm_with).local
  }
  return room.name ?? words().unnamed
}

/** The servers in a room besides our own. */
export function otherServers(room: Pick<Room, 'servers' | 'host'>, home: string): string[] {
  return [...new Set([...room.servers, room.host])].filter((server) => server !== home)
}

/** The server of the other person of a dm, to stand beside its name; none for somebody from here. */
export function serverBeside(dmWith: string | null | undefined, home: string): string | undefined {
  return dmWith && parts(dmWith).server !== home ? parts(dmWith).server : undefined
}
