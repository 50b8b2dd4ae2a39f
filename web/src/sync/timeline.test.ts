import { describe, expect, it } from 'vitest'
import type { Event } from '../api'
import type { Line, Timeline } from './state'
import { append, around, change, drop, newest, upsert } from './timeline'

const ME = '@alice:acme.example'

function line(seq: number | null, changes: Partial<Line> = {}): Line {
  const at = 1_795_355_012_000 + (seq ?? 1000)
  return { id: `e${seq}`, room_id: 'room', seq, origin_ts_ms: at, reactions: [], reply_count: 0, ...changes } as unknown as Line
}

function page(from: number, to: number): Event[] {
  return Array.from({ length: to - from + 1 }, (_, n) => line(from + n) as Event)
}

function names(timeline: Timeline): string {
  return `${timeline.lines.map((one) => one.id).join(' ')} | ${timeline.ahead.map((one) => one.id).join(' ')}`
}

const LATEST = newest(undefined, page(90, 92), { has_more: true, next_cursor: 'o90' }, ME)
const META = { has_more: true, next_cursor: 'o10', has_newer: true, newer_cursor: 'n12' }
const FAR = around(LATEST, page(10, 12), META, ME)

describe('a stretch far from the end', () => {
  it('begins around an event, and goes on both ways', () => {
    expect(names(FAR)).toBe('e10 e11 e12 | ')
    expect([FAR.older, FAR.newer]).toEqual(['o10', 'n12'])
  })

  it('keeps what comes meanwhile, and draws it when it reaches the end', () => {
    const told = [line(93), line(null, { id: 'mine', local: 'sending' })].reduce((so, one) => upsert(so, one, ME), FAR)
    expect(names(told)).toBe('e10 e11 e12 | e93 mine')
    const longer = append(told, page(13, 15), { has_more: true, next_cursor: 'n15' }, ME)
    expect(names(longer)).toBe('e10 e11 e12 e13 e14 e15 | e93 mine')
    expect(longer.newer).toBe('n15')
    const whole = append(longer, page(16, 93), { has_more: false, next_cursor: null }, ME)
    expect(whole.newer).toBeNull()
    expect(whole.lines.map((one) => one.id).slice(-3)).toEqual(['e92', 'e93', 'mine'])
    expect(whole.lines).toHaveLength(85)
    expect(whole.ahead).toHaveLength(0)
  })

  it('takes what came while its last page was on its way', () => {
    const told = upsert(FAR, line(94), ME)
    const whole = append(told, page(13, 93), { has_more: false, next_cursor: null }, ME)
    expect(whole.lines.at(-1)?.id).toBe('e94')
  })

  it('changes and forgets what stands ahead as well', () => {
    const told = upsert(FAR, line(93), ME)
    const changed = change(told, 'e93', (one) => ({ ...one, reply_count: 1 }))
    expect(changed.ahead[0]?.reply_count).toBe(1)
    expect(names(drop(changed, 'e93'))).toBe('e10 e11 e12 | ')
    expect(names(change(told, 'e11', (one) => ({ ...one, reply_count: 2 })))).toBe('e10 e11 e12 | e93')
  })

  it('puts what was sent from there ahead when it has its place', () => {
    const sent = upsert(FAR, line(null, { id: 'mine', local: 'sending' }), ME)
    const placed = upsert(sent, line(93, { id: 'mine' }), ME)
    expect(names(placed)).toBe('e10 e11 e12 | mine')
    expect(placed.ahead[0]?.local).toBeUndefined()
  })

  it('is left for the end with nothing lost', () => {
    const told = [line(93), line(null, { id: 'mine', local: 'failed' })].reduce((so, one) => upsert(so, one, ME), FAR)
    const end = newest(told, page(90, 92), { has_more: true, next_cursor: 'o90' }, ME)
    expect(names(end)).toBe('e90 e91 e92 e93 mine | ')
    expect(end.newer).toBeNull()
  })

  it('is the end itself when it reaches there', () => {
    const waiting = upsert(LATEST, line(null, { id: 'mine', local: 'sending' }), ME)
    const near = around(waiting, page(80, 91), { has_more: true, next_cursor: 'o80', has_newer: false, newer_cursor: null }, ME)
    expect(near.newer).toBeNull()
    expect(near.lines.map((one) => one.id).slice(-3)).toEqual(['e91', 'e92', 'mine'])
  })
})
