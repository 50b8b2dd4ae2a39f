import type { Event, Gap, Invitation, Member, RoomListItem } from '../api'

/** A line of a timeline. `local` as long as the server does not have it. */
export interface Line extends Event {
  local?: 'sending' | 'failed'
  /** Why it failed. */
  failure?: { code: string; message: string }
}

/** For `older`: what came before was cut off, so it is asked for by the first line that is there. */
export const CUT = 'cut'
/** For `older`: nothing of the room was read yet; only what this client has written stands there. */
export const UNREAD = 'unread'

/** A stretch of a room's lines, oldest first: those with a seq, then what waits. */
export interface Timeline {
  lines: readonly Line[]
  /** What has come after a stretch that does not reach to the end: it is not drawn, and not lost. */
  ahead: readonly Line[]
  /** Where the page before the first line begins; none when there is none. Or `CUT`, or `UNREAD`. */
  older: string | null
  /** Where the page after the last line begins; none when the stretch reaches to the end. */
  newer: string | null
  /** Set when the past goes on elsewhere and could not be had. */
  gap: Gap | null
}

/** Whether a timeline has what the server says, and not only what this client has written. */
export function isRead(timeline: Timeline | undefined): timeline is Timeline {
  return timeline !== undefined && timeline.older !== UNREAD
}

/** What must be read again from the server, because a frame says that it changed but not to what. */
export interface Stale {
  list: boolean
  rooms: readonly string[]
  invitations: boolean
  me: boolean
}

/** A notification of the stream that a person should hear of. */
export interface Alert {
  room_id: string
  event_id: string
  sender_id: string
  reason: string
  snippet: string
  silent: boolean
}

/** Whether an alert is of no message in a room: invitations, reports and alarms have places of their own. */
export function isApart(reason: string): boolean {
  return ['invite', 'report', 'alarm'].includes(reason)
}

/** All that this client knows. Never changed in place: what is equal stays the same object. */
export interface State {
  /** Full name of who is signed in. */
  me: string
  /** The highest one seen in the stream. */
  position: number | null
  /** None until the list was read. */
  rooms: Readonly<Record<string, RoomListItem>> | null
  timelines: Readonly<Record<string, Timeline>>
  /** What messages answer that stands in no timeline here, by `quoteKey`; null when it cannot be had. */
  quoted: Readonly<Record<string, Line | null>>
  members: Readonly<Record<string, readonly Member[]>>
  typing: Readonly<Record<string, readonly string[]>>
  presence: Readonly<Record<string, string>>
  invitations: readonly Invitation[]
  /** The newest alert. */
  alert: Alert | null
  stale: Stale
  /** Grows whenever settings or pins of a room may have changed: who shows them reads them again. */
  resettled: number
}

/** An event is known by its room and its id: others may use an id in two rooms. */
export function quoteKey(room: string, id: string): string {
  return `${room}/${id}`
}

export const NOTHING_STALE: Stale = { list: false, rooms: [], invitations: false, me: false }

export function begin(me: string): State {
  return {
    me,
    position: null,
    rooms: null,
    timelines: {},
    quoted: {},
    members: {},
    typing: {},
    presence: {},
    invitations: [],
    alert: null,
    stale: NOTHING_STALE,
    resettled: 0,
  }
}
