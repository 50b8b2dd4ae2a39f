import { describe, expect, it, vi } from 'vitest'
import type { Member } from '../../api'

vi.mock('../people', () => import('../people/fqid'))
const { groups } = await import('./model')

function member(participant_id: string, display_name: string, changes: Partial<Member> = {}): Member {
  return { participant_id, membership: 'join', power_level: 0, participant: { display_name }, ...changes } as Member
}

describe('the members of a room', () => {
  const all = [
    member('@bob:globex.example', 'Bob'), member('@carol:acme.example', 'Carol'), member('@alice:acme.example', 'Alice', { power_level: 100 }),
    member('@dave:delta.example', 'Dave'), member('@eve:globex.example', 'Eve', { membership: 'invite' }), member('@gone:acme.example', 'Gone', { membership: 'leave' }),
  ]
  it('stand under their server, ours first, who may more above', () => {
    const told = groups(all, 'acme.example', '').map((group) => [group.server, ...group.members.map((one) => one.participant.display_name)])
    expect(told).toEqual([['acme.example', 'Alice', 'Carol'], ['delta.example', 'Dave'], ['globex.example', 'Bob'], [undefined, 'Eve']])
  })
  it('are found by name and by server', () => {
    expect(groups(all, 'acme.example', 'globex').flatMap((group) => group.members).map((one) => one.participant.display_name)).toEqual(['Bob', 'Eve'])
  })
})
