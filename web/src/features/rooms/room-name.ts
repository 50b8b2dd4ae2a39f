import type { Room } from '../../api'
import type { State } from '../../sync'
import { handle } from '../people'
import { words } from './words'

type Named = Pick<Room, 'id' | 'name' | 'dm_with'>

/** What a room is called: a dm like the other person. */
export function roomName(room: Named, state: Pick<State, 'members'>, home: string): string {
  if (room.dm_with) {
    const known = state.members[room.id]?.find((member) => member.participant_id === room.dm_with)
    return known?.participant.display_name ?? handle(room.dm_with, home)
  }
  return room.name ?? words().unnamed
}

/** The servers in a room besides our own. */
export function otherServers(room: Pick<Room, 'servers' | 'host'>, home: string): string[] {
  return [...new Set([...room.servers, room.host])].filter((server) => server !== home)
}
