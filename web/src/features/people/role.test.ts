import { describe, expect, it } from 'vitest'
import type { Member } from '../../api'
import { roleOf, rolesOf } from './role'

function member(participant_id: string, display_name: string, power_level: number, membership = 'join'): Member {
  return { participant_id, membership, power_level, participant: { display_name } } as Member
}

describe('roles', () => {
  it.each([[0, undefined], [49, undefined], [50, 'moderator'], [99, 'moderator'], [100, 'owner']])('calls a power of %i %s', (power, role) => {
    expect(roleOf(power)).toBe(role)
  })

  it('goes by the full name, whatever somebody calls himself', () => {
    const members = [
      member('@alice:acme.example', 'Alice', 100), member('@alice:globex.example', 'Alice', 0), member('@bob:globex.example', 'Аlice', 0),
      member('@carol:acme.example', 'Carol', 50), member('@dan:acme.example', 'Dan', 100, 'leave'),
    ]
    expect([...rolesOf(members)]).toEqual([['@alice:acme.example', 'owner'], ['@carol:acme.example', 'moderator']])
    expect(rolesOf(members)).toBe(rolesOf(members))
    expect(rolesOf(undefined).size).toBe(0)
  })
})
