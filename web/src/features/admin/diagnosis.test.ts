import { describe, expect, test } from 'vitest'
import type { Peer } from '../../api'
import { compareWords, countRefusals, diagnose, type Known, sorted } from './diagnosis'

const NOW = Date.parse('2026-11-30T12:00:00Z')
const SEEN = '2026-11-30T11:59:00Z'

const peer = (change: Partial<Peer> = {}): Peer => ({
  server_name: 'globex.example', state: 'reachable', summary: '', first_contact_at: SEEN, last_seen_at: SEEN, last_heard_at: SEEN,
  unreachable_since: null, dropped_at: null, last_error: null, last_error_at: null, next_try_at: null, lag_events: 0, pending: 0,
  lag_seconds: 0, stopped_rooms: 0, dead_letters: 0, shared_rooms: 1, key_id: null, fingerprint_words: null, software: null,
  protocol_versions: [], ...change,
})

const found = (change: Partial<Peer>, known: Partial<Known> = {}): unknown[] => {
  const trouble = diagnose(peer(change), { now: NOW, ...known })
  return trouble ? [trouble.cause, trouble.next, trouble.level] : []
}

describe('what is in the way', () => {
  test('of nothing, when all is well', () => expect(found({})).toEqual([]))
  test.each<[string, Partial<Peer>, Partial<Known>, unknown[]]>([
    ['the policy', { state: 'blocked', dead_letters: 3 }, {}, ['blocked', 'allow', 'note']],
    ['a strange key before that nobody answers', { state: 'unreachable' }, { hasCandidate: true }, ['untrusted', 'compare', 'bad']],
    ['an admin who gave up', { state: 'dropped' }, {}, ['dropped', 'retry', 'note']],
    ['the network', { state: 'unreachable', stopped_rooms: 1 }, {}, ['unreachable', 'check', 'bad']],
    ['a room that was stopped', { stopped_rooms: 1, dead_letters: 2 }, {}, ['stopped', 'letters', 'bad']],
    ['what is refused here', { dead_letters: 2 }, { refusals: { count: 4, message: 'the signature is wrong', last_at: SEEN } }, ['refused', 'refusals', 'bad']],
    ['a way in one direction only, before what was rejected', { last_heard_at: null, dead_letters: 2 }, {}, ['unheard', 'check', 'bad']],
    ['a way in one direction only', { last_heard_at: null }, {}, ['unheard', 'check', 'bad']],
    ['a policy that admits nothing new', {}, { admitted: false }, ['unadmitted', 'allow', 'note']],
  ])('%s', (_, change, known, expected) => expect(found(change, known)).toEqual(expected))

  test('what is over is in nobody\'s way, and is told', () => {
    expect(found({ dead_letters: 2 })).toEqual(['rejected', 'letters', 'past'])
    const before = (last_at: string): Partial<Known> => ({ refusals: { count: 4, message: 'the chain is broken', last_at } })
    expect(found({}, before('2026-11-30T11:50:01Z'))).toEqual(['refused', 'refusals', 'bad'])
    expect(found({}, before('2026-11-30T11:50:00Z'))).toEqual(['refused_before', 'refusals', 'past'])
    expect(found({ lag_events: 1, lag_seconds: 90 }, before('2026-11-30T11:50:00Z'))).toEqual(['behind', 'check', 'bad'])
  })
  test('a busy moment is no trouble, a minute is', () => {
    expect(found({ lag_events: 5, lag_seconds: 59 })).toEqual([])
    expect(found({ lag_events: 5, lag_seconds: 60 })).toEqual(['behind', 'check', 'bad'])
  })
  test('servers without a room in common need not have spoken', () => expect(found({ shared_rooms: 0, last_heard_at: null }, { admitted: false })).toEqual([]))
  test('says since when, how much waits, and the error', () => {
    const away = diagnose(peer({ state: 'unreachable', unreachable_since: '2026-11-30T11:55:00Z', last_error: 'no connection', lag_events: 2, pending: 1 }), { now: NOW })
    expect(away).toMatchObject({ seconds: 300, waiting: 3, error: 'no connection' })
  })
})

test('what stops messages comes first', () => {
  const one = (name: string, state: string): NonNullable<ReturnType<typeof diagnose>> => {
    const trouble = diagnose(peer({ server_name: name, state }), { now: NOW })
    if (!trouble) throw new Error('no trouble')
    return trouble
  }
  expect(sorted([one('a', 'blocked'), one('c', 'unreachable'), one('b', 'unreachable')]).map((trouble) => trouble.peer)).toEqual(['b', 'c', 'a'])
})

const refused = (peer: string, message: string, created_at: string, room_id: string | null = null): Parameters<typeof countRefusals>[0][number] => ({ peer, message, created_at, room_id })

test('what an admin has settled counts no more', () => {
  const lines = [refused('a', 'after', '2026-11-30T11:00:00.000Z', 'r1'), refused('a', 'frozen', '2026-11-30T10:00:00.000Z', 'r1'), refused('a', 'elsewhere', '2026-11-30T10:00:00.000Z', 'r2'), refused('b', 'a strange key', '2026-11-30T10:00:00.000Z')]
  const lifted = { peer: null, room_id: 'r1', created_at: '2026-11-30T10:30:00.000Z' }
  const accepted = { peer: 'b', room_id: null, created_at: '2026-11-30T10:30:00.000Z' }
  expect(countRefusals(lines, [lifted]).get('a')).toEqual({ count: 2, message: 'after', last_at: '2026-11-30T11:00:00.000Z' })
  expect(countRefusals(lines, [lifted, accepted]).has('b')).toBe(false)
  expect(countRefusals([lines[1] ?? refused('a', '', '')], [lifted]).size).toBe(0)
})

test('refusals are counted by server; the newest words stay', () => {
  const counts = countRefusals([refused('a', 'new', SEEN), refused('b', 'other', SEEN), refused('a', 'old', '2026-11-30T01:00:00.000Z')])
  expect(counts.get('a')).toEqual({ count: 2, message: 'new', last_at: SEEN })
})

describe('fingerprints', () => {
  test('are the same whatever stands between the words', () => expect(compareWords('crane apple-lemon', 'Crane, apple lemon').same).toBe(true))
  test('differ by one word, by one too few, by one too many', () => {
    expect(compareWords('crane apple', 'crane lemon').words.map((word) => word.right)).toEqual([true, false])
    expect(compareWords('crane apple', 'crane').words.map((word) => word.right)).toEqual([true, undefined])
    for (const said of ['crane lemon', 'crane', 'crane apple lemon', '']) expect(compareWords('crane apple', said).same).toBe(false)
  })
  test('nothing is not the same as nothing', () => expect(compareWords('', '').same).toBe(false))
})
