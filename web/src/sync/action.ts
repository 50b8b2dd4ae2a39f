import type { Event, Invitation, Member, RoomListItem, TimelineMeta } from '../api'
import type { Frame } from './frame'
import type { Line } from './state'

/** Whatever changes what this client knows. */
export type Action =
  | { kind: 'frame'; frame: Frame }
  | { kind: 'hello'; position: number }
  /** The stream began anew: nothing that was read before can be gone on with. */
  | { kind: 'restart' }
  /** `asked`: the position at which the server was asked, here and below. Frames may have come since. */
  | { kind: 'rooms'; rooms: readonly RoomListItem[]; asked: number | null }
  | { kind: 'room'; room: RoomListItem; members: readonly Member[]; asked: number | null }
  | { kind: 'invitations'; invitations: readonly Invitation[] }
  | { kind: 'presence'; people: readonly { participant_id: string; presence: string }[] }
  | { kind: 'newest'; room: string; page: readonly Event[]; meta: TimelineMeta }
  | { kind: 'around'; room: string; page: readonly Event[]; meta: TimelineMeta }
  | { kind: 'newer'; room: string; page: readonly Event[]; meta: TimelineMeta }
  | { kind: 'older'; room: string; page: readonly Event[]; meta: TimelineMeta }
  /** What a message answers that is not in the timeline; none when it cannot be had. */
  | { kind: 'quoted'; room: string; id: string; event: Event | null }
  | { kind: 'refreshed'; what: 'list' | 'invitations' | 'me' }
  /** Ours, before the server has it; and after, as it answered. */
  | { kind: 'local'; line: Line }
  | { kind: 'discarded'; room: string; id: string }
  | { kind: 'read'; room: string; event_id: string }
  | { kind: 'reacted'; room: string; event_id: string; emoji: string; add: boolean }
