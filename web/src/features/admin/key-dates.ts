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

export type KeyState = 'signing' | 'revoked' | 'ended' | 'coming' | 'valid'

export function keyState(key: FederationKey, now: number): KeyState {
  if (key.revoked_at) return 'revoked'
  if (key.signing) return 'signing'
  if (Date.parse(key.valid_until) <= now) return 'ended'
  return Date.parse(key.valid_from) > now ? 'coming' : 'valid'
}
