/**
 * What of the state is kept for when the server cannot be reached, and the state that comes of it. Pure.
 *
 * What is kept is what the state says, at one position of the stream: what leaves the state leaves what is
 * kept. A room that the state has no lines of now stays as it was kept before, for as long as nothing was
 * heard in it: its head says so.
 */
import type { Invitation, Me, Member, Preferences, RoomListItem } from '../api'
import { begin, CUT, isRead, type Line, type State, type Timeline } from './state'

/** Of so many rooms what was said is kept: those that were opened last. A person has fewer that matter. */
export const ROOMS_MAX = 50
/** So many lines of each: as many as a page of the server, several screens full. */
export const LINES_MAX = 50
/** Larger rooms are kept without their members: a part of them would look like all. */
export const MEMBERS_MAX = 500
/** Rooms of one piece of the list: what changes in one room does not write all the others again. */
export const PIECE = 100
/** After so long the stream is not gone on with: to read everything anew takes less than to hear what was missed. */
export const RESUME_MS = 6 * 3_600_000

/** After so long without the server the session has ended (`crates/engine/src/accounts/login.rs`), and so has what was kept for it. */
export const OVER_MS = 30 * 86_400_000

/** What is known of a kept room without reading it. */
export interface Mark {
  /** The number of the room's last entry when it was kept. */
  head: number
  /** When it was opened last, in ms. */
  opened: number
}

export type Marks = Readonly<Record<string, Mark>>

export interface KeptPerson {
  me: Me
  preferences: Preferences
  invitations: readonly Invitation[]
  /** Where in the stream all that is kept stands. */
  position: number | null
  /** When the server was heard last, in ms. */
  at: number
  marks: Marks
}

export interface KeptRoom {
  lines: readonly Line[]
  older: string | null
  gap: Timeline['gap']
  members: readonly Member[] | null
}

export interface Kept {
  person: KeptPerson
  list: readonly RoomListItem[]
  rooms: Readonly<Record<string, KeptRoom>>
}

export function isOver(person: KeptPerson, now: number): boolean {
  return now - person.at > OVER_MS
}

/** What is said in an incognito room is read in it and nowhere else. */
function mayKeep(room: RoomListItem | undefined): boolean {
  return room !== undefined && room.room_type !== 'incognito' && room.membership === 'join'
}

/** The list as it is kept. */
export function keptList(state: State): RoomListItem[] {
  return Object.values(state.rooms ?? {}).filter((room) => room.room_type !== 'incognito')
}

/** The pieces of a list; all but the last are full. */
export function pieces(list: readonly RoomListItem[]): RoomListItem[][] {
  return Array.from({ length: Math.ceil(list.length / PIECE) }, (_, at) => list.slice(at * PIECE, (at + 1) * PIECE))
}

/** Whether a timeline is a room's end as the server has it. One that was left for the past is not. */
export function isCurrent(timeline: Timeline | undefined): timeline is Timeline {
  return isRead(timeline) && timeline.newer === null
}

/** A room as it is kept; none when the state does not say how it ends now. Lines of ours that the server does not have are kept elsewhere. */
export function keptRoom(state: State, id: string): KeptRoom | undefined {
  const timeline = state.timelines[id]
  if (!mayKeep(state.rooms?.[id]) || !isCurrent(timeline)) return undefined
  const lines = timeline.lines.filter((line) => !line.local)
  const isCut = lines.length > LINES_MAX
  const members = state.members[id]
  return {
    lines: lines.slice(-LINES_MAX),
    older: isCut ? CUT : timeline.older,
    gap: isCut ? null : timeline.gap,
    members: members && members.length <= MEMBERS_MAX ? members : null,
  }
}

/** The rooms that stay kept, and those of them that are written from the state. */
export interface Plan {
  marks: Marks
  fromState: readonly string[]
}

/** `marks`: what is kept until now. `opened`: when rooms were opened, in ms. */
export function plan(state: State, marks: Marks, opened: Readonly<Record<string, number>>): Plan {
  const when = (id: string): number => Math.max(opened[id] ?? 0, marks[id]?.opened ?? 0)
  const candidates = [...new Set([...Object.keys(marks), ...Object.keys(opened)])]
    .filter((id) => mayKeep(state.rooms?.[id]) && (marks[id] !== undefined || isCurrent(state.timelines[id])))
    .sort((left, right) => when(right) - when(left))
    .slice(0, ROOMS_MAX)
  const fromState = candidates.filter((id) => isCurrent(state.timelines[id]))
  const own = new Set(fromState)
  const mark = (id: string): Mark => {
    const head = own.has(id) ? state.rooms?.[id]?.head.seq : marks[id]?.head
    return { head: head ?? 0, opened: when(id) }
  }
  return { marks: Object.fromEntries(candidates.map((id) => [id, mark(id)])), fromState }
}

/** Kept rooms in which something may have been said since, and of which the state has no lines that it was put into. */
export function stale(state: State, marks: Marks): string[] {
  return Object.entries(marks)
    .filter(([id, mark]) => !isCurrent(state.timelines[id]) && state.rooms?.[id]?.head.seq !== mark.head)
    .map(([id]) => id)
}

/** The state as it was. Long after, the stream is begun anew when the server is back. */
export function restored({ person, list, rooms }: Kept, now: number): State {
  const fresh = begin(person.me.fqid)
  const timeline = ({ lines, older, gap }: KeptRoom): Timeline => ({ lines, ahead: [], older, newer: null, gap })
  const members = Object.entries(rooms).flatMap(([id, room]) => (room.members ? [[id, room.members] as const] : []))
  return {
    ...fresh,
    position: now - person.at <= RESUME_MS ? person.position : null,
    rooms: Object.fromEntries(list.map((room) => [room.id, room])),
    invitations: person.invitations,
    timelines: Object.fromEntries(Object.entries(rooms).map(([id, room]) => [id, timeline(room)])),
    members: Object.fromEntries(members),
  }
}
