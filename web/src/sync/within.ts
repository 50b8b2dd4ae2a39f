import type { RoomListItem } from '../api'
import { type Line, quoteKey, type State, type Timeline } from './state'

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

/** So many quotes are kept that stand in no timeline: more than the rows that are drawn. */
export const QUOTED_MAX = 300

/** Keeps what a message answers; the oldest goes when there are too many. */
export function withQuote(state: State, room: string, id: string, line: Line | null): State {
  const key = quoteKey(room, id)
  const others = Object.entries(state.quoted).filter(([known]) => known !== key)
  return { ...state, quoted: Object.fromEntries([...others.slice(-(QUOTED_MAX - 1)), [key, line]]) }
}

/** Changes a quote; nothing when it is not kept. */
export function inQuoted(state: State, room: string, id: string, by: (line: Line) => Line): State {
  const before = state.quoted[quoteKey(room, id)]
  return before ? { ...state, quoted: { ...state.quoted, [quoteKey(room, id)]: by(before) } } : state
}
