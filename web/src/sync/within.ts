import type { RoomListItem } from '../api'
import type { State, Timeline } from './state'

/** Changes one room of the list; nothing when it is not in it. */
export function inRoom(state: State, id: string, by: (room: RoomListItem) => RoomListItem): State {
  const before = state.rooms?.[id]
  if (!before) return state
  const after = by(before)
  return after === before ? state : { ...state, rooms: { ...state.rooms, [id]: after } }
}

/** Changes one timeline; nothing when it was not read. */
export function inTimeline(state: State, id: string, by: (timeline: Timeline) => Timeline): State {
  const before = state.timelines[id]
  if (!before) return state
  const after = by(before)
  return after === before ? state : { ...state, timelines: { ...state.timelines, [id]: after } }
}
