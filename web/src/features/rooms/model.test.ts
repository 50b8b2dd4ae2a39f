import { describe, expect, it } from 'vitest'
import type { RoomListItem } from '../../api'
import { isMuted, nextRoom, sections } from './model'

function room(id: string, changes: Partial<RoomListItem> = {}): RoomListItem {
  const base = { id, name: id, room_type: 'group', state: 'open', membership: 'join', unread_count: 0, last_event: null, created_at: '2026-01-01T00:00:00Z', notification_mode: 'inherit', muted_until: null }
  return { ...base, ...changes } as RoomListItem
}

const byName = (left: string, right: string): number => left.localeCompare(right)

describe('the sidebar', () => {
  it('has rooms by name and people by what was said last', () => {
    const all = [
      room('b'), room('a'), room('gone', { membership: 'leave' }), room('old', { state: 'archived' }),
      room('quiet', { room_type: 'dm' }), room('busy', { room_type: 'dm', created_at: '2026-02-01T00:00:00Z' }),
    ]
    const shown = sections(Object.fromEntries(all.map((one) => [one.id, one])), byName)
    expect(shown.rooms.map((one) => one.id)).toEqual(['a', 'b'])
    expect(shown.people.map((one) => one.id)).toEqual(['busy', 'quiet'])
  })

  it('knows what is muted', () => {
    const now = Date.parse('2026-01-01T12:00:00Z')
    expect(isMuted(room('a', { notification_mode: 'none' }), now)).toBe(true)
    expect(isMuted(room('a', { muted_until: '2026-01-01T12:00:01Z' }), now)).toBe(true)
    expect(isMuted(room('a', { muted_until: '2026-01-01T11:59:59Z' }), now)).toBe(false)
  })

  it('goes round by keys', () => {
    const order = [room('a'), room('b', { unread_count: 1 }), room('c')]
    expect(nextRoom(order, 'a', 1, false)).toBe('b')
    expect(nextRoom(order, 'c', 1, false)).toBe('a')
    expect(nextRoom(order, 'a', -1, false)).toBe('c')
    expect(nextRoom(order, undefined, 1, false)).toBe('a')
    expect(nextRoom(order, undefined, -1, false)).toBe('c')
    expect(nextRoom(order, 'c', 1, true)).toBe('b')
    expect(nextRoom([room('a')], 'a', 1, true)).toBeUndefined()
  })
})
