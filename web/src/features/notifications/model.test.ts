import { describe, expect, it } from 'vitest'
import type { RoomListItem } from '../../api'
import { titleFor } from './model'

function room(unread_count: number, mention_count: number, membership = 'join'): RoomListItem {
  return { unread_count, mention_count, membership } as RoomListItem
}

describe('the title of the page', () => {
  it('counts mentions, and marks what is unread', () => {
    const never = (): boolean => false
    expect(titleFor([room(0, 0)], never, 'Acme')).toBe('Acme')
    expect(titleFor([room(3, 0)], never, 'Acme')).toBe('• Acme')
    expect(titleFor([room(3, 1), room(1, 1), room(9, 9, 'leave')], never, 'Acme')).toBe('(2) Acme')
    expect(titleFor([room(3, 0)], () => true, 'Acme')).toBe('Acme')
  })
})
