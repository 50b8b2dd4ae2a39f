import { describe, expect, test } from 'vitest'
import type { FederatedRoom, Policy } from '../../api'
import { admits, affectedBy, lines, matches, newlyAffected, refuses } from './policy-model'

const policy = (change: Partial<Policy> = {}): Policy => ({
  default_mode: 'invite_only', auto_accept: 'none', allowed_peers: ['globex.example'], blocked_peers: [],
  invites_per_peer_per_hour: 100, max_backfill_events_per_request: 1000, max_foreign_participants_per_room: 500, ...change,
})

const room = (change: Partial<FederatedRoom> = {}): FederatedRoom => ({
  id: '!a:acme.example', name: 'Plans', room_type: 'group', host: 'acme.example', federate: true, frozen: null, head_seq: 9,
  servers: ['globex.example'], left: [], local_people: 2, foreign_people: 1, ...change,
})

test.each([
  ['globex.example', 'globex.example', true],
  ['globex.example', 'GLOBEX.example', true],
  ['globex.example', 'globex.example:8448', true],
  ['globex.example:8448', 'globex.example', false],
  ['globex.example:8448', 'globex.example:8448', true],
  ['*.globex.example', 'chat.globex.example', true],
  ['*.globex.example', 'globex.example', false],
  ['*.globex.example', 'notglobex.example', false],
  ['*.globex.example:1', 'a.globex.example:2', false],
  ['globex.example', 'chat.globex.example', false],
])('%s against %s: %s', (pattern, server, expected) => expect(matches(pattern, server)).toBe(expected))

describe('who is admitted', () => {
  test('blocked wins over allowed', () => {
    const both = policy({ default_mode: 'open', blocked_peers: ['globex.example'] })
    expect([admits(both, 'globex.example'), refuses(both, 'globex.example')]).toEqual([false, true])
  })
  test('a closed tenant admits nobody, an open one everybody else', () => {
    expect(admits(policy({ default_mode: 'closed' }), 'globex.example')).toBe(false)
    expect(admits(policy({ default_mode: 'open' }), 'other.example')).toBe(true)
    expect(admits(policy(), 'other.example')).toBe(false)
  })
})

describe('rooms that a change turns against', () => {
  test('a server off the list keeps its rooms until somebody leaves them; a blocked one does not', () => {
    expect(affectedBy(policy({ allowed_peers: [] }), [room()])).toEqual([{ room_id: '!a:acme.example', name: 'Plans', host: 'acme.example', servers: ['globex.example'], left: false }])
    expect(affectedBy(policy({ blocked_peers: ['*.example'] }), [room()])[0]?.left).toBe(true)
  })
  test('rooms without anybody of ours are no matter', () => expect(affectedBy(policy({ allowed_peers: [] }), [room({ local_people: 0 })])).toEqual([]))
  test('what was so before is no news, unless it becomes worse', () => {
    const off = policy({ allowed_peers: [] })
    expect(newlyAffected(off, off, [room()])).toEqual([])
    expect(newlyAffected(off, policy({ default_mode: 'closed' }), [room()])).toHaveLength(1)
    expect(newlyAffected(policy(), off, [room()])).toHaveLength(1)
  })
})

test('lines of a list', () => expect(lines(' a.example \n\nA.example\n*.b.example')).toEqual(['a.example', '*.b.example']))
