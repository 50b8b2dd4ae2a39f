import type { Delivery } from '../../api'
import type { Line } from '../../sync'

/** On which servers a message is, and on which not yet. */
export interface Arrival {
  has: readonly string[]
  lacks: readonly string[]
}

/** What is known of somebody's own messages in one room. A server that has a message has all that stand before it. */
export interface Arrivals {
  /** Up to here all is everywhere. */
  through: number
  everywhere: readonly string[]
  /** Messages that were not everywhere when they were asked about, by their ids. */
  partly: Readonly<Record<string, Arrival & { seq: number }>>
}

/** So many of the newest messages are asked about, one by one, as long as they are not everywhere. */
export const ASKED_MAX = 5
/** How long after something was said it is asked where it is; while it is not everywhere, twice as long after each answer. */
const FIRST_MS = 1000
const AGAIN_MAX_MS = 60_000

export const NOTHING_KNOWN: Arrivals = { through: 0, everywhere: [], partly: {} }

export function waitMs(asked: number): number {
  return Math.min(AGAIN_MAX_MS, FIRST_MS * 2 ** asked)
}

/** What can be asked about: own messages that have their place, the newest first. */
export function ownNewest(lines: readonly Line[], me: string): Line[] {
  const own = lines.filter((line) => line.sender_id === me && line.event_type === 'swp.room.message' && line.seq !== null && !line.local && !line.redacted_at)
  return own.sort((left, right) => (right.seq ?? 0) - (left.seq ?? 0)).slice(0, ASKED_MAX)
}

/** None where it was not asked. */
export function arrivalOf(known: Arrivals, line: Pick<Line, 'id' | 'seq'>): Arrival | undefined {
  if (line.seq !== null && line.seq <= known.through) return { has: known.everywhere, lacks: [] }
  return known.partly[line.id]
}

export function isEverywhere(known: Arrivals, line: Pick<Line, 'id' | 'seq'>): boolean {
  return arrivalOf(known, line)?.lacks.length === 0
}

/** What is known after an answer. */
export function learn(known: Arrivals, told: Pick<Delivery, 'event_id' | 'seq' | 'servers'>): Arrivals {
  if (told.seq === null) return known
  const names = (is: boolean): string[] => told.servers.filter((server) => (server.state === 'acknowledged') === is).map((server) => server.server_name)
  const [has, lacks] = [names(true), names(false)]
  if (lacks.length > 0) return { ...known, partly: { ...known.partly, [told.event_id]: { seq: told.seq, has, lacks } } }
  const through = Math.max(known.through, told.seq)
  return { through, everywhere: has, partly: Object.fromEntries(Object.entries(known.partly).filter(([, one]) => one.seq > through)) }
}

/** Asks about the newest message, and about those before it only as long as one is not everywhere: mostly once. */
export async function askAbout(known: Arrivals, own: readonly Line[], read: (line: Line) => Promise<Delivery>): Promise<Arrivals> {
  let so = known
  for (const line of own) {
    if (isEverywhere(so, line)) break
    so = learn(so, await read(line))
  }
  return so
}
