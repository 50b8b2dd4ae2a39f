import { describe, expect, it } from 'vitest'
import type { Event, Me, Member, Preferences, RoomListItem } from '../api'
import type { Frame } from './frame'
import { isOver, type Kept, keptList, keptRoom, LINES_MAX, type Marks, MEMBERS_MAX, OVER_MS, PIECE, pieces, plan, restored, RESUME_MS, ROOMS_MAX, stale } from './kept'
import { reduce } from './reduce'
import { begin, CUT, type State, type Timeline } from './state'

const ME = '@alice:acme.example'

function room(id: string, changes: Partial<RoomListItem> = {}): RoomListItem {
  return { id, name: id, room_type: 'group', membership: 'join', head: { seq: 7 }, unread_count: 0, mention_count: 0, pending: 0, last_event: null, last_read_event_id: null, ...changes } as RoomListItem
}

function line(n: number, changes: Partial<Event> = {}): Event {
  return { id: `e${n}`, room_id: 'a', sender_id: '@bob:acme.example', event_type: 'swp.room.message', content: { body: `message ${n}` }, origin_ts_ms: n, redacted_at: null, seq: n, state: 'sequenced', reactions: [], reply_count: 0, ...changes } as unknown as Event
}

function lines(count: number): Event[] {
  return Array.from({ length: count }, (_, at) => line(at + 1))
}

function timeline(changes: Partial<Timeline> = {}): Timeline {
  return { lines: lines(3), ahead: [], older: 'before', newer: null, gap: null, ...changes }
}

function state(rooms: RoomListItem[], timelines: Record<string, Timeline> = {}, members: State['members'] = {}): State {
  return { ...begin(ME), position: 40, rooms: Object.fromEntries(rooms.map((one) => [one.id, one])), timelines, members }
}

function people(count: number): Member[] {
  return Array.from({ length: count }, (_, at) => ({ participant_id: `@p${at}:acme.example`, membership: 'join' }) as Member)
}

describe('what is kept of a room', () => {
  it('is its newest lines, up to the limit, and where they go on', () => {
    const of = (count: number) => keptRoom(state([room('a')], { a: timeline({ lines: lines(count) }) }), 'a')
    expect(of(LINES_MAX)?.lines.length).toBe(LINES_MAX)
    expect(of(LINES_MAX)?.older).toBe('before')
    const more = of(LINES_MAX + 1)
    expect(more?.lines.map((one) => one.id)).toEqual(lines(LINES_MAX + 1).slice(1).map((one) => one.id))
    expect(more?.older).toBe(CUT)
  })

  it('is all of its members, or none', () => {
    const of = (count: number) => keptRoom(state([room('a')], { a: timeline() }, { a: people(count) }), 'a')?.members
    expect(of(MEMBERS_MAX)?.length).toBe(MEMBERS_MAX)
    expect(of(MEMBERS_MAX + 1)).toBeNull()
  })

  it('is nothing of an incognito room, nor of one that was left', () => {
    for (const changes of [{ room_type: 'incognito' }, { membership: 'leave' }]) {
      const now = state([room('a', changes), room('b')], { a: timeline(), b: timeline() })
      expect(keptRoom(now, 'a')).toBeUndefined()
      expect(plan(now, { a: { head: 7, opened: 5 } }, { a: 9, b: 1 })).toEqual({ marks: { b: { head: 7, opened: 1 } }, fromState: ['b'] })
    }
    const listed = keptList(state([room('a', { room_type: 'incognito' }), room('b', { membership: 'leave' })]))
    expect(listed.map((one) => one.id)).toEqual(['b'])
  })

  it('has nothing of a deleted message', () => {
    const before = state([room('a')], { a: timeline() })
    const frame = { id: 'p41', position: 41, tenant_id: 'acme', ts: '', room_id: 'a', type: 'swp.room.redaction', event_id: 'e2', redacted_by: ME, reason: null, redacted_at: '2026-11-30T12:00:00.000Z' } as Frame
    const after = reduce(before, { kind: 'frame', frame })
    expect(JSON.stringify(keptRoom(before, 'a'))).toContain('message 2')
    expect(JSON.stringify(keptRoom(after, 'a'))).not.toContain('message 2')
  })

  it('is no line that the server does not have, and nothing that is not its end', () => {
    const unsent = { ...line(4), seq: null, local: 'sending' as const }
    const now = state([room('a')], { a: timeline({ lines: [...lines(3), unsent] }) })
    expect(keptRoom(now, 'a')?.lines.map((one) => one.id)).toEqual(['e1', 'e2', 'e3'])
    expect(keptRoom(state([room('a')], { a: timeline({ newer: 'after' }) }), 'a')).toBeUndefined()
    const written = reduce(state([room('a')]), { kind: 'local', line: unsent })
    expect(written.timelines['a']?.lines).toEqual([unsent])
    expect(keptRoom(written, 'a')).toBeUndefined()
  })
})

describe('which rooms are kept', () => {
  it('are those that were opened last, up to the limit', () => {
    const all = Array.from({ length: ROOMS_MAX + 1 }, (_, at) => room(`r${at}`))
    const timelines = Object.fromEntries(all.map((one) => [one.id, timeline()]))
    const opened = Object.fromEntries(all.map((one, at) => [one.id, at + 1]))
    const fewer = all.slice(1)
    expect(Object.keys(plan(state(fewer, timelines), {}, opened).marks).length).toBe(ROOMS_MAX)
    const { marks } = plan(state(all, timelines), {}, opened)
    expect(Object.keys(marks).length).toBe(ROOMS_MAX)
    expect(marks['r0']).toBeUndefined()
    // To have opened it before counts as well.
    expect(plan(state(all, timelines), { r0: { head: 1, opened: 999 } }, opened).marks['r0']).toEqual({ head: 7, opened: 999 })
  })

  it('are those of before too, as they were, as long as one is in them', () => {
    const marks: Marks = { a: { head: 5, opened: 1 }, gone: { head: 5, opened: 2 } }
    expect(plan(state([room('a')]), marks, {})).toEqual({ marks: { a: { head: 5, opened: 1 } }, fromState: [] })
    // Whoever looks at the past has not the room's end before them.
    expect(plan(state([room('a')], { a: timeline({ newer: 'after' }) }), marks, {}).fromState).toEqual([])
    expect(plan(state([room('a')], { a: timeline() }), marks, {})).toEqual({ marks: { a: { head: 7, opened: 1 } }, fromState: ['a'] })
  })

  it('are read again when something was said meanwhile', () => {
    const marks: Marks = { same: { head: 7, opened: 1 }, more: { head: 6, opened: 1 }, here: { head: 6, opened: 1 }, left: { head: 7, opened: 1 } }
    expect(stale(state([room('same'), room('more'), room('here')], { here: timeline() }), marks)).toEqual(['more', 'left'])
  })
})

describe('the list', () => {
  it('is kept in pieces', () => {
    const count = (rooms: number): number[] => pieces(Array.from({ length: rooms }, (_, at) => room(`r${at}`))).map((piece) => piece.length)
    expect(count(0)).toEqual([])
    expect(count(PIECE)).toEqual([PIECE])
    expect(count(PIECE + 1)).toEqual([PIECE, 1])
  })
})

describe('a start without the server', () => {
  const kept: Kept = {
    person: { me: { fqid: ME } as Me, preferences: {} as Preferences, invitations: [], position: 40, at: 1000, marks: {} },
    list: [room('a'), room('b')],
    rooms: { a: { lines: lines(3), older: CUT, gap: null, members: people(2) }, c: { lines: [], older: null, gap: null, members: null } },
  }

  it('shows what was read, and goes on where the stream was', () => {
    const now = restored(kept, 1000 + RESUME_MS)
    expect(now.me).toBe(ME)
    expect(Object.keys(now.rooms ?? {})).toEqual(['a', 'b'])
    expect(now.timelines['a']).toEqual({ lines: lines(3), ahead: [], older: CUT, newer: null, gap: null })
    expect(now.timelines['b']).toBeUndefined()
    expect(now.members['a']?.length).toBe(2)
    expect(now.members['c']).toBeUndefined()
    expect(now.position).toBe(40)
  })

  it('ends when the session must have ended', () => {
    expect([OVER_MS, OVER_MS + 1].map((ago) => isOver(kept.person, 1000 + ago))).toEqual([false, true])
  })

  it('begins the stream anew when it was long ago', () => {
    expect(restored(kept, 1001 + RESUME_MS).position).toBeNull()
  })

  it('comes back to what was kept', () => {
    const again = restored(kept, 1000)
    expect(keptList(again)).toEqual(kept.list)
    expect(keptRoom(again, 'a')).toEqual(kept.rooms['a'])
  })
})
