import { describe, expect, it, vi } from 'vitest'
import type { RoomListItem } from '../../api'

vi.mock('../rooms', () => import('../rooms/model'))
const { leadsTo, pathOf, placeOf, unreadMentions, unreads } = await import('./model')

function room(id: string, changes: Partial<RoomListItem>): RoomListItem {
  return { id, membership: 'join', state: 'open', unread_count: 0, mention_count: 0, notification_mode: 'inherit', muted_until: null, created_at: '2026-01-01T00:00:00.000Z', last_event: null, ...changes } as RoomListItem
}

describe('what waits', () => {
  it('is every room with something unread, the newest first', () => {
    const early = room('early', { unread_count: 1, created_at: '2026-01-02T00:00:00.000Z' })
    const late = room('late', { unread_count: 3, last_event: { created_at: '2026-01-03T00:00:00.000Z' } as RoomListItem['last_event'] })
    expect(unreads([early, room('read', {}), late]).map((one) => one.id)).toEqual(['late', 'early'])
  })

  it('is nothing of what is muted, left or archived, unless a muted room speaks to somebody', () => {
    const silent = room('silent', { unread_count: 5, notification_mode: 'none' })
    const speaks = room('speaks', { unread_count: 5, mention_count: 1, muted_until: '2026-02-01T00:00:00.000Z' })
    expect(unreads([silent, speaks, room('left', { unread_count: 1, membership: 'leave' }), room('archived', { unread_count: 1, state: 'archived' })], Date.parse('2026-01-05T00:00:00.000Z'))).toEqual([speaks])
  })

  it('counts mentions of rooms that one is in', () => {
    expect(unreadMentions([room('a', { mention_count: 2 }), room('b', { mention_count: 1 }), room('c', { mention_count: 9, membership: 'leave' })])).toBe(3)
  })
})

describe('a draft', () => {
  it('leads to its room, or to its thread', () => {
    expect(placeOf('r1')).toEqual({ room: 'r1', thread: undefined })
    expect(pathOf('r1', { thread: placeOf('r1').thread })).toBe('/rooms/r1')
    expect(pathOf('r1', { thread: placeOf('r1.e7').thread })).toBe('/rooms/r1?thread=e7')
  })
})

describe('what was told of', () => {
  it('leads to where it waits for an answer', () => {
    const item = { room_id: 'r1', event_id: 'e7' }
    expect(leadsTo({ ...item, reason: 'direct_mention' })).toBe('/rooms/r1?event=e7')
    expect(leadsTo({ ...item, reason: 'invite' })).toBe('/invitations')
    expect(leadsTo({ ...item, reason: 'report' })).toBe('/rooms/r1?pane=reports')
    expect(leadsTo({ ...item, reason: 'alarm' })).toBe('/admin')
  })
})
