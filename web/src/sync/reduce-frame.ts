import type { Event, Member } from '../api'
import type { Frame } from './frame'
import { isApart, type Line, type State } from './state'
import { change, lineOf, react, upsert } from './timeline'
import { inQuoted, inRoom, inTimeline } from './within'

const MESSAGE = 'swp.room.message'

type OfType<T> = Extract<Frame, { type: T }>

/** What is known after a frame. */
export function reduceFrame(before: State, frame: Frame): State {
  const seen = frame.position
  // A frame that was seen already says nothing new: a socket that goes on begins at a position.
  if (seen !== null && before.position !== null && seen <= before.position) return before
  const state = seen === null ? before : { ...before, position: seen }
  if ('event' in frame) return withEvent(state, frame.event)
  switch (frame.type) {
    case 'swp.room.edit':
      return withEdit(state, frame as OfType<'swp.room.edit'>)
    case 'swp.room.redaction':
      return withRedaction(state, frame as OfType<'swp.room.redaction'>)
    case 'swp.room.reaction': {
      const { room_id, event_id, emoji, sender_id, action } = frame as OfType<'swp.room.reaction'>
      return inTimeline(state, room_id, (timeline) =>
        change(timeline, event_id, (line) => react(line, emoji, sender_id, action === 'add', state.me)))
    }
    case 'swp.room.member':
      return withMember(state, frame as OfType<'swp.room.member'>)
    case 'swp.room.name': {
      const { room_id, name } = frame as OfType<'swp.room.name'>
      return inRoom(state, room_id, (room) => ({ ...room, name }))
    }
    case 'swp.room.topic': {
      const { room_id, topic } = frame as OfType<'swp.room.topic'>
      return inRoom(state, room_id, (room) => ({ ...room, topic }))
    }
    case 'swp.room.settings':
      return { ...roomIsStale(state, (frame as OfType<'swp.room.settings'>).room_id), resettled: state.resettled + 1 }
    case 'swp.room.read_marker':
      return withReadMarker(state, frame as OfType<'swp.room.read_marker'>)
    case 'swp.notification':
      return withNotification(state, frame as OfType<'swp.notification'>)
    case 'swp.room.notification_mode': {
      const { room_id, notification_mode, muted_until } = frame as OfType<'swp.room.notification_mode'>
      return inRoom(state, room_id, (room) => ({ ...room, notification_mode, muted_until }))
    }
    case 'swp.room.federation': {
      const { room_id, host_reachable } = frame as OfType<'swp.room.federation'>
      return inRoom(state, room_id, (room) => ({ ...room, host_reachable }))
    }
    case 'typing':
      return withTyping(state, frame as OfType<'typing'>)
    case 'presence': {
      const { participant_id, presence } = frame as OfType<'presence'>
      return { ...state, presence: { ...state.presence, [participant_id]: presence } }
    }
    case 'swp.me':
      return { ...state, stale: { ...state.stale, me: true } }
    default:
      return state
  }
}

/** What is known after an event: of the stream, or as the server answers to what was sent. */
export function withEvent(before: State, event: Event): State {
  const known = lineOf(before.timelines[event.room_id], event.id)
  const isNew = event.seq !== null && (known === undefined || known.seq === null)
  let state = inTimeline(before, event.room_id, (timeline) => upsert(timeline, event, before.me))
  const isMessage = event.event_type === MESSAGE
  if (isNew && isMessage) {
    state = countReply(state, event)
    state = stopsWriting(state, event.room_id, event.sender_id)
  }
  const mayBeUnread = isMessage && event.sender_id !== before.me && !event.hidden_by_you
  state = inRoom(state, event.room_id, (room) => ({
    ...room,
    last_event: isNewer(event, room.last_event) ? event : room.last_event,
    // What waits has no place yet, and is counted when it has one. What the list was read with is counted.
    unread_count: room.unread_count + (mayBeUnread && event.seq !== null && event.seq > room.head.seq ? 1 : 0),
    head: event.seq !== null && event.seq > room.head.seq ? { ...room.head, seq: event.seq } : room.head,
    pending: Math.max(0, room.pending + pendingChange(event, known)),
  }))
  // Whoever has joined or made a room elsewhere has it here too; and a room's state may be another now.
  if (!state.rooms?.[event.room_id]) return { ...state, stale: { ...state.stale, list: true } }
  return isMessage ? state : roomIsStale(state, event.room_id)
}

function pendingChange(event: Event, known: { state: string; local?: string } | undefined): number {
  const was = known?.state === 'pending' && known.local === undefined
  const is = event.state === 'pending'
  return (is ? 1 : 0) - (was ? 1 : 0)
}

function isNewer(event: Event, last: Event | null): boolean {
  if (!last) return true
  if (event.id === last.id || event.seq === null || last.seq === null) return true
  return event.seq > last.seq
}

function countReply(state: State, event: Event): State {
  const content = event.content as { thread_root?: string; reply_to_event_id?: string }
  const targets = new Set([content.thread_root, content.reply_to_event_id].filter((id) => id !== undefined))
  return [...targets].reduce((counted, id) => inTimeline(counted, event.room_id, (timeline) =>
    change(timeline, id, (line) => ({ ...line, reply_count: line.reply_count + 1 }))), state)
}

function withEdit(state: State, frame: OfType<'swp.room.edit'>): State {
  const { room_id, event_id, content, edited_at } = frame
  const rewrite = (line: Line): Line => (line.redacted_at ? line : { ...line, content, edited_at })
  const edited = inQuoted(inTimeline(state, room_id, (timeline) => change(timeline, event_id, rewrite)), room_id, event_id, rewrite)
  return inRoom(edited, room_id, (room) => room.last_event?.id === event_id
    ? { ...room, last_event: { ...room.last_event, content, edited_at } }
    : room)
}

function withRedaction(state: State, frame: OfType<'swp.room.redaction'>): State {
  const { room_id, event_id, redacted_at, redacted_by } = frame
  const gone = { content: {}, redacted_at, redacted_by, reactions: [] }
  const empty = (line: Line): Line => ({ ...line, ...gone })
  const redacted = inQuoted(inTimeline(state, room_id, (timeline) => change(timeline, event_id, empty)), room_id, event_id, empty)
  return inRoom(redacted, room_id, (room) => room.last_event?.id === event_id
    ? { ...room, last_event: { ...room.last_event, ...gone } }
    : room)
}

/** Servers, counts and rights follow from who is in a room: it is read again. */
function withMember(state: State, frame: OfType<'swp.room.member'>): State {
  const { room_id, participant_id, membership, display_name } = frame
  let next = membership === 'join' ? state : stopsWriting(state, room_id, participant_id)
  const members = next.members[room_id]
  if (members) {
    const after = members.map((member): Member => member.participant_id === participant_id
      ? { ...member, membership, participant: { ...member.participant, display_name: display_name ?? member.participant.display_name } }
      : member)
    next = { ...next, members: { ...next.members, [room_id]: after } }
  }
  if (participant_id !== next.me) return roomIsStale(next, room_id)
  next = inRoom(next, room_id, (room) => ({ ...room, membership }))
  return { ...next, stale: { ...next.stale, list: true, invitations: true } }
}

function withReadMarker(state: State, { room_id, event_id }: OfType<'swp.room.read_marker'>): State {
  const room = state.rooms?.[room_id]
  if (!room || room.last_read_event_id === event_id) return state
  const marked = inRoom(state, room_id, (known) => ({ ...known, last_read_event_id: event_id }))
  if (room.last_event?.id !== event_id) return roomIsStale(marked, room_id)
  return inRoom(marked, room_id, (known) => ({ ...known, unread_count: 0, mention_count: 0 }))
}

function withNotification(state: State, frame: OfType<'swp.notification'>): State {
  const { room_id, event_id, sender_id, reason, snippet, silent } = frame
  const alert = { room_id, event_id, sender_id, reason, snippet, silent }
  if (reason === 'invite') return { ...state, alert, stale: { ...state.stale, invitations: true } }
  if (isApart(reason)) return { ...state, alert }
  return inRoom({ ...state, alert }, room_id, (room) =>
    isRead(state, room_id, event_id) ? room : { ...room, mention_count: room.mention_count + 1 })
}

/** Whoever looks at a room has read a message before they are told of it. */
function isRead(state: State, room: string, event: string): boolean {
  const marker = state.rooms?.[room]?.last_read_event_id
  if (marker === event) return true
  const timeline = state.timelines[room]
  const [read, told] = [marker, event].map((id) => (id ? (lineOf(timeline, id)?.seq ?? null) : null))
  return read !== null && told !== null && read !== undefined && told !== undefined && told <= read
}

function withTyping(state: State, { room_id, participant_id, typing }: OfType<'typing'>): State {
  if (!typing) return stopsWriting(state, room_id, participant_id)
  const before = state.typing[room_id] ?? []
  if (participant_id === state.me || before.includes(participant_id)) return state
  return { ...state, typing: { ...state.typing, [room_id]: [...before, participant_id] } }
}

function stopsWriting(state: State, room: string, participant: string): State {
  const before = state.typing[room]
  if (!before?.includes(participant)) return state
  return { ...state, typing: { ...state.typing, [room]: before.filter((known) => known !== participant) } }
}

function roomIsStale(state: State, room: string): State {
  if (state.stale.rooms.includes(room)) return state
  return { ...state, stale: { ...state.stale, rooms: [...state.stale.rooms, room] } }
}
