import type { Peer } from '../../api'

/** Why messages between here and a server do not go as they should. */
export type Cause = 'blocked' | 'untrusted' | 'dropped' | 'unreachable' | 'stopped' | 'refused' | 'behind' | 'unheard' | 'unadmitted' | 'rejected' | 'refused_before'

/** What an admin does next about it. */
export type NextStep = 'allow' | 'compare' | 'retry' | 'check' | 'letters' | 'refusals'

export interface Trouble {
  peer: string
  cause: Cause
  /** `bad`: messages do not arrive. `note`: as somebody decided, or it may pass. `past`: nothing is in the way any more, and something was lost to it. */
  level: 'bad' | 'note' | 'past'
  next: NextStep
  /** Of rooms, items, refusals or events, whatever the cause is about. */
  count: number
  /** Events that wait for it. */
  waiting: number
  /** For how long that has been so. */
  seconds: number
  /** What went wrong, in the server's words. */
  error: string | undefined
}

export interface Refusals {
  count: number
  message: string
  /** When something was refused last. */
  last_at: string
}

export interface Known {
  now: number
  /** Refused here within the last day. */
  refusals?: Refusals | undefined
  /** Whether it shows a key that no known one vouches for. */
  hasCandidate?: boolean
  /** Whether the policy lets it begin something new. */
  admitted?: boolean
}

/** Behind for longer than this is more than a busy moment. */
const BEHIND_S = 60
/** What is wrong shows itself again within this time: every server sends again what it believes in. Nothing refused since: it is over. */
const OVER_S = 600

/** The first thing that is in the way of a peer's messages, or ours to it: what comes later may follow from it. */
export function diagnose(peer: Peer, known: Known): Trouble | undefined {
  const waiting = peer.lag_events + peer.pending
  const trouble = (cause: Cause, next: NextStep, more: Partial<Trouble> = {}): Trouble => ({ peer: peer.server_name, cause, next, level: 'bad', count: 0, waiting, seconds: peer.lag_seconds, error: undefined, ...more })
  const away = peer.unreachable_since ?? peer.last_error_at
  if (peer.state === 'blocked') return trouble('blocked', 'allow', { level: 'note' })
  if (known.hasCandidate) return trouble('untrusted', 'compare')
  if (peer.state === 'dropped') return trouble('dropped', 'retry', { level: 'note' })
  if (peer.state === 'unreachable') return trouble('unreachable', 'check', { seconds: away ? secondsBetween(away, known.now) : 0, error: peer.last_error ?? undefined })
  if (peer.stopped_rooms > 0) return trouble('stopped', 'letters', { count: peer.stopped_rooms })
  const since = known.refusals ? secondsBetween(known.refusals.last_at, known.now) : 0
  if (known.refusals && since < OVER_S) return trouble('refused', 'refusals', { count: known.refusals.count, error: known.refusals.message })
  if (waiting > 0 && peer.lag_seconds >= BEHIND_S) return trouble('behind', 'check', { count: waiting })
  if (peer.shared_rooms > 0 && peer.last_seen_at && !peer.last_heard_at) return trouble('unheard', 'check')
  if (peer.shared_rooms > 0 && known.admitted === false) return trouble('unadmitted', 'allow', { level: 'note', count: peer.shared_rooms })
  // What was turned away for good holds up nothing that comes after it.
  if (peer.dead_letters > 0) return trouble('rejected', 'letters', { level: 'past', count: peer.dead_letters })
  if (known.refusals) return trouble('refused_before', 'refusals', { level: 'past', count: known.refusals.count, seconds: since, error: known.refusals.message })
  return undefined
}

export function secondsBetween(then: string, now: number): number {
  return Math.max(0, Math.round((now - Date.parse(then)) / 1000))
}

/** What stops messages first, then by name. */
export function sorted(troubles: readonly Trouble[]): Trouble[] {
  const weight = (trouble: Trouble): number => ['bad', 'note', 'past'].indexOf(trouble.level)
  return [...troubles].sort((one, other) => weight(one) - weight(other) || one.peer.localeCompare(other.peer))
}

/** What an admin has done about refusals: of a room, or of a server. */
export interface Settled {
  peer: string | null
  room_id: string | null
  created_at: string
}

interface Refused {
  peer: string
  room_id: string | null
  message: string
  created_at: string
}

/** Whether an admin has settled since what something was refused for: gone on with the room, or accepted the server's key. */
function isSettled(line: Refused, settled: readonly Settled[]): boolean {
  return settled.some((act) => act.created_at >= line.created_at && (act.room_id !== null ? act.room_id === line.room_id : act.peer === line.peer))
}

/** How many of each server were refused and are not settled, and with which words last. The list is newest first. */
export function countRefusals(lines: readonly Refused[], settled: readonly Settled[] = []): Map<string, Refusals> {
  const counts = new Map<string, Refusals>()
  for (const line of lines) {
    if (isSettled(line, settled)) continue
    const known = counts.get(line.peer)
    counts.set(line.peer, { count: (known?.count ?? 0) + 1, message: known?.message ?? line.message, last_at: known?.last_at ?? line.created_at })
  }
  return counts
}

export interface Comparison {
  /** Each word that must be said, and whether the word in its place is it; none there yet: undefined. */
  words: { word: string; right: boolean | undefined }[]
  same: boolean
}

/** Compares a fingerprint with what the other admin has read aloud. Commas, dashes and capitals are no words. */
export function compareWords(shown: string, said: string): Comparison {
  const cut = (text: string): string[] => text.toLowerCase().split(/[^\p{L}\p{N}]+/u).filter(Boolean)
  const wanted = cut(shown)
  const heard = cut(said)
  const words = wanted.map((word, at) => ({ word, right: at < heard.length ? heard[at] === word : undefined }))
  return { words, same: wanted.length > 0 && wanted.length === heard.length && words.every((word) => word.right) }
}
