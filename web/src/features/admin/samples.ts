import type { FederatedRoom, Peer } from '../../api'

/** What was seen at one moment. */
export interface Sample {
  at: number
  /** Seconds for which the oldest of what waits has waited. */
  lag: number
  /** Events that wait for other servers. */
  waiting: number
  /** Entries of rooms hosted here, which go out to others; and of those hosted elsewhere, which come in. Since the first sample. */
  out: number
  in: number
  /** Milliseconds that the server took to answer. */
  answer: number
  /** Bytes of the tenant's data. */
  storage: number
}

/** So many are kept: half an hour at one every ten seconds. */
export const KEPT = 180

export interface Heads {
  out: ReadonlyMap<string, number>
  in: ReadonlyMap<string, number>
}

/** How far each shared room's log reaches, by which way its entries travel. */
export function heads(rooms: readonly FederatedRoom[], here: string): Heads {
  const of = (ours: boolean): Map<string, number> => new Map(rooms.filter((room) => (room.host === here) === ours).map((room) => [room.id, room.head_seq]))
  return { out: of(true), in: of(false) }
}

/** Entries that came between two moments. A room that was not known before counts from when it is known: its history is no traffic. */
export function grown(before: ReadonlyMap<string, number>, after: ReadonlyMap<string, number>): number {
  let sum = 0
  for (const [room, head] of after) sum += Math.max(0, head - (before.get(room) ?? head))
  return sum
}

export function waits(peers: readonly Peer[]): Pick<Sample, 'lag' | 'waiting'> {
  return { lag: Math.max(0, ...peers.map((peer) => peer.lag_seconds)), waiting: peers.reduce((sum, peer) => sum + peer.lag_events + peer.pending, 0) }
}

export function kept(samples: readonly Sample[], next: Sample): Sample[] {
  return [...samples, next].slice(-KEPT)
}

/** Of a total that only grows, what came in each minute, told for every sample but the first. */
export function perMinute(samples: readonly Sample[], which: 'in' | 'out'): number[] {
  return samples.slice(1).map((sample, at) => {
    const before = samples[at]
    const minutes = before ? (sample.at - before.at) / 60_000 : 0
    return minutes > 0 && before ? Math.max(0, sample[which] - before[which]) / minutes : 0
  })
}

const BYTES = ['byte', 'kilobyte', 'megabyte', 'gigabyte', 'terabyte'] as const

/** Bytes in the largest unit of which there is one or more. */
export function size(bytes: number, language: string): string {
  const at = Math.min(BYTES.length - 1, bytes < 1 ? 0 : Math.floor(Math.log10(bytes) / 3))
  return new Intl.NumberFormat(language, { style: 'unit', unit: BYTES[at], unitDisplay: 'short', maximumFractionDigits: at === 0 ? 0 : 1 }).format(bytes / 1000 ** at)
}

/** Points of a line within a box, the highest value at its top. */
export function points(values: readonly number[], width: number, height: number): string {
  const top = Math.max(1, ...values)
  const step = values.length > 1 ? width / (values.length - 1) : 0
  return values.map((value, at) => `${(at * step).toFixed(1)},${(height - (value / top) * height).toFixed(1)}`).join(' ')
}
