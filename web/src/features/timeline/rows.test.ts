import { describe, expect, it } from 'vitest'
import type { Line } from '../../sync'
import { messageOf, rows } from './rows'

function line(id: string, minute: number, changes: Partial<Line> = {}): Line {
  const created_at = new Date(2026, 10, 22, 12, minute).toISOString()
  return { id, sender_id: 'bob', event_type: 'swp.room.message', content: { body: id }, created_at, ...changes } as unknown as Line
}

function kinds(lines: Line[], readUpTo: string | null = null): string[] {
  return rows(lines, readUpTo, 'me').map((row) => (row.kind === 'message' ? `${row.id}${row.leads ? '!' : ''}` : row.kind === 'system' ? row.ids.join('+') : row.kind))
}

describe('the rows of a timeline', () => {
  it('group by author within five minutes', () => {
    expect(kinds([line('a', 0), line('b', 4), line('c', 10), line('d', 11, { sender_id: 'me' })])).toEqual(['day', 'a!', 'b', 'c!', 'd!'])
  })

  it('begin each day anew', () => {
    const tomorrow = new Date(2026, 10, 23, 0, 1).toISOString()
    expect(kinds([line('a', 59), line('b', 0, { created_at: tomorrow })])).toEqual(['day', 'a!', 'day', 'b!'])
  })

  it('mark where the unread begins, but not before what one wrote oneself', () => {
    expect(kinds([line('a', 0), line('b', 1), line('c', 2)], 'a')).toEqual(['day', 'a!', 'new', 'b!', 'c'])
    expect(kinds([line('a', 0), line('b', 1, { sender_id: 'me' }), line('c', 2)], 'a')).toEqual(['day', 'a!', 'b!', 'new', 'c!'])
    expect(kinds([line('a', 0)], 'a')).toEqual(['day', 'a!'])
  })

  it('fold many changes of a room, and leave a few alone', () => {
    const change = (id: string, minute: number): Line => line(id, minute, { event_type: 'swp.room.member' })
    expect(kinds([change('a', 0), change('b', 1)])).toEqual(['day', 'a', 'b'])
    expect(kinds([change('a', 0), change('b', 1), change('c', 2), change('d', 3), line('e', 4)])).toEqual(['day', 'a+b+c+d', 'e!'])
  })

  it('show an answer with whom it answers', () => {
    const answer = line('b', 1, { content: { body: 'b', reply_to_event_id: 'a' } as unknown as Line['content'] })
    expect(kinds([line('a', 0), answer])).toEqual(['day', 'a!', 'b!'])
  })

  it('read a content that says anything', () => {
    expect(messageOf({ content: { body: 1, mentions: 'x' } as unknown as Line['content'] })).toEqual({ body: '', mentions: [] })
  })
})
