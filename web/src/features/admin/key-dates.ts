import type { FederationKey } from '../../api'

const DAY_MS = 86_400_000
/** The server makes the next key when the last one has this long left (protocol section 6). */
const OVERLAP_MS = 30 * DAY_MS

/** When the last key that may sign ends; none when there is no such key. */
export function lastEnd(keys: readonly FederationKey[]): number | undefined {
  const ends = keys.filter((key) => !key.revoked_at).map((key) => Date.parse(key.valid_until))
  return ends.length > 0 ? Math.max(...ends) : undefined
}

/** When the server makes the next key by itself. */
export function nextRotation(keys: readonly FederationKey[]): number | undefined {
  const end = lastEnd(keys)
  return end === undefined ? undefined : end - OVERLAP_MS
}

/** A successor signs a day after it was made; until then there is no next one (protocol section 6). */
export const SUCCESSOR_WAITS_MS = DAY_MS

/** Until when no other key can be made; none when one can be made now. */
export function rotatesAgain(keys: readonly FederationKey[], now: number): number | undefined {
  const again = Math.max(...keys.map((key) => Date.parse(key.valid_from))) + SUCCESSOR_WAITS_MS
  return again > now ? again : undefined
}

export type KeyState = 'signing' | 'revoked' | 'ended' | 'coming' | 'valid'

export function keyState(key: FederationKey, now: number): KeyState {
  if (key.revoked_at) return 'revoked'
  if (key.signing) return 'signing'
  if (Date.parse(key.valid_until) <= now) return 'ended'
  return Date.parse(key.valid_from) > now ? 'coming' : 'valid'
}
