import type { AuditLine, FederatedRoom } from '../../api'

/** Why something cannot be done with a shared room, as a word that has its sentence in `words/hosting.ts`. */
export type Why = 'elsewhere' | 'ours' | 'hosted' | 'alone' | 'kept' | 'nobody' | 'frozen' | 'sure' | 'whole' | 'sound' | 'reading'

/** What the list of rooms does not say. */
export interface RoomFacts {
  /** Whether an admin of here has agreed to take it over. */
  agreed: boolean
  /** Servers that have to say what they hold of it before it goes on; none when this admin may not see that. */
  unheard: readonly string[] | undefined
}

type Room = Pick<FederatedRoom, 'host' | 'servers' | 'federate' | 'local_people' | 'frozen'>

/** Giving it to another server. */
export function notHandedOver(room: Room, home: string): Why | undefined {
  if (room.host !== home) return 'elsewhere'
  if (!room.federate) return 'kept'
  return room.servers.length === 0 ? 'alone' : undefined
}

/** Agreeing to become its host. */
export function notTakenOver(room: Room, home: string, facts: RoomFacts | undefined): Why | undefined {
  if (room.host === home) return 'ours'
  if (room.local_people === 0) return 'nobody'
  if (!facts) return 'reading'
  return room.frozen && !facts.agreed ? 'frozen' : undefined
}

/** Answering for it that no other server has more of it. */
export function notConfirmed(room: Room, home: string, facts: RoomFacts | undefined): Why | undefined {
  if (room.host !== home) return 'elsewhere'
  if (!facts) return 'reading'
  // Who is not in the room is not told: the server says it when it is asked.
  return facts.unheard?.length === 0 ? 'sure' : undefined
}

/** Fetching what was said before this server came in. */
export function notFetched(room: Room, home: string, whole: boolean): Why | undefined {
  if (room.host === home) return 'hosted'
  return whole ? 'whole' : undefined
}

/** Whatever begins or ends an agreement. Whoever leaves the room no longer agrees. */
const AGREEMENTS = ['room.take_over_agreed', 'room.take_over_withdrawn', 'room.taken_over', 'room.left']

/** Whether the agreement to take a room over still stands, by its lines of the audit log, newest first. */
export function hasAgreed(lines: readonly Pick<AuditLine, 'action'>[]): boolean {
  return lines.find((line) => AGREEMENTS.includes(line.action))?.action === 'room.take_over_agreed'
}
