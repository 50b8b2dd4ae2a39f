import type { Member } from '../../api'

/** From these powers on somebody may order what others say, and do everything in the room. */
export const MODERATES = 50
export const OWNS = 100

export type Role = 'owner' | 'moderator'

/** What a power is called; most people have none. */
export function roleOf(power: number): Role | undefined {
  if (power >= OWNS) return 'owner'
  return power >= MODERATES ? 'moderator' : undefined
}

const NONE: ReadonlyMap<string, Role> = new Map()
const known = new WeakMap<readonly Member[], ReadonlyMap<string, Role>>()

/**
 * Who in a room has a role, by full name: a name alone can be taken by anybody. It is asked for every message that is
 * drawn, and made once for each list of members.
 */
export function rolesOf(members: readonly Member[] | undefined): ReadonlyMap<string, Role> {
  if (!members) return NONE
  const found = known.get(members)
  if (found) return found
  const roles = new Map<string, Role>()
  for (const member of members) {
    const role = member.membership === 'join' ? roleOf(member.power_level) : undefined
    if (role) roles.set(member.participant_id, role)
  }
  known.set(members, roles)
  return roles
}
