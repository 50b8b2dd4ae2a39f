import type { RoomListItem } from '../api'
import type { Action } from './action'
import { reduceFrame, withEvent } from './reduce-frame'
import { type Line, NOTHING_STALE, type State } from './state'
import { append, around, change, drop, lineOf, newest, NOT_READ, prepend, react, upsert } from './timeline'
import { inRoom, inTimeline, withQuote } from './within'

/** What is known after something happened. Pure: the same state and action give the same state. */
export function reduce(state: State, action: Action): State {
  switch (action.kind) {
    case 'frame':
      return reduceFrame(state, action.frame)
    case 'hello':
      return { ...state, position: action.position }
    case 'restart':
      return { ...state, position: null, typing: {}, presence: {}, members: {}, timelines: onlyUnsent(state), quoted: {}, stale: NOTHING_STALE, resettled: state.resettled + 1 }
    case 'rooms': {
      const newer = new Map(action.rooms.map((room) => [room.id, knownBetter(state, room, action.asked)]))
      const rooms = Object.fromEntries(action.rooms.map((room) => [room.id, newer.get(room.id) ?? room]))
      const again = action.rooms.map((room) => room.id).filter((id) => newer.get(id))
      return { ...state, rooms, stale: { ...state.stale, list: false, rooms: again } }
    }
    case 'room': {
      const { room, members, asked } = action
      const known = knownBetter(state, room, asked)
      const stale = { ...state.stale, rooms: [...state.stale.rooms.filter((id) => id !== room.id), ...(known ? [room.id] : [])] }
      return { ...state, stale, rooms: { ...state.rooms, [room.id]: known ?? room }, members: { ...state.members, [room.id]: members } }
    }
    case 'invitations':
      return { ...state, invitations: action.invitations, stale: { ...state.stale, invitations: false } }
    case 'presence': {
      const told = Object.fromEntries(action.people.map((person) => [person.participant_id, person.presence]))
      return { ...state, presence: { ...state.presence, ...told } }
    }
    case 'newest': {
      const timeline = newest(state.timelines[action.room], action.page, action.meta, state.me)
      return { ...state, timelines: { ...state.timelines, [action.room]: timeline } }
    }
    case 'around': {
      const timeline = around(state.timelines[action.room], action.page, action.meta, state.me)
      return { ...state, timelines: { ...state.timelines, [action.room]: timeline } }
    }
    case 'newer':
      return inTimeline(state, action.room, (timeline) => append(timeline, action.page, action.meta, state.me))
    case 'older':
      return inTimeline(state, action.room, (timeline) => prepend(timeline, action.page, action.meta))
    case 'quoted':
      return withQuote(state, action.room, action.id, action.event)
    case 'refreshed':
      return { ...state, stale: { ...state.stale, [action.what]: false } }
    case 'local':
      if (!action.line.local) return isTold(state, action.line) ? state : withEvent(state, action.line)
      return withUnsent(state, action.line)
    case 'discarded':
      return inTimeline(state, action.room, (timeline) => drop(timeline, action.id))
    case 'read':
      return inRoom(state, action.room, (room) => ({
        ...room, unread_count: 0, mention_count: 0, last_read_event_id: action.event_id,
      }))
    case 'reacted':
      return inTimeline(state, action.room, (timeline) =>
        change(timeline, action.event_id, (line) => react(line, action.emoji, state.me, action.add, state.me)))
  }
}

/** What is known of a room, when frames have told more of it than an answer that was made before they came. It is asked
 *  again then; an answer to which no frame came is believed, also one that says that a room has become shorter. */
function knownBetter(state: State, room: RoomListItem, asked: number | null): RoomListItem | undefined {
  const known = state.rooms?.[room.id]
  return state.position !== asked && known && known.head.seq > room.head.seq ? known : undefined
}

/** Whether a line came by the stream already: the answer to who sent it says the same, or what was so before. */
function isTold(state: State, line: Line): boolean {
  const known = lineOf(state.timelines[line.room_id], line.id)
  return known !== undefined && known.local === undefined
}

/** Also in a room of which nothing was read: whoever writes there sees it. */
function withUnsent(state: State, line: Line): State {
  const before = state.timelines[line.room_id] ?? NOT_READ
  return { ...state, timelines: { ...state.timelines, [line.room_id]: upsert(before, line, state.me) } }
}

/** What the server does not have must not be lost with what it has. */
function onlyUnsent(state: State): State['timelines'] {
  const kept = Object.entries(state.timelines).map(([room, timeline]) => {
    const lines = [...timeline.lines, ...timeline.ahead].filter((line) => line.local)
    return [room, { ...NOT_READ, lines }] as const
  })
  return Object.fromEntries(kept.filter(([, timeline]) => timeline.lines.length > 0))
}
