import { describe, expect, it } from 'vitest'
import type { RoomListItem } from '../../api'
import type { Alert, State } from '../../sync'
import { iconFor, isOver, titleFor, waiting } from './model'

function room(unread_count: number, mention_count: number, membership = 'join'): RoomListItem {
  return { unread_count, mention_count, membership } as RoomListItem
}

describe('the title of the page and its picture', () => {
  const never = (): boolean => false
  const cases: [string, RoomListItem[], (room: RoomListItem) => boolean, string, string][] = [
    ['nothing', [room(0, 0)], never, 'Acme', '/favicon.svg'],
    ['something unread', [room(3, 0)], never, '• Acme', '/favicon-unread.svg'],
    ['mentions, not of rooms that were left', [room(3, 1), room(1, 1), room(9, 9, 'leave')], never, '(2) Acme', '/favicon-mention.svg'],
    ['what is muted', [room(3, 0)], () => true, 'Acme', '/favicon.svg'],
  ]
  it.each(cases)('%s', (_, rooms, isMuted, title, icon) => {
    const waits = waiting(rooms, isMuted)
    expect(titleFor(waits, 'Acme')).toBe(title)
    expect(iconFor(waits)).toBe(icon)
  })
})

describe('a notification is over', () => {
  const alert = (reason: string): Alert => ({ room_id: 'room-a', event_id: 'e', sender_id: '@bob:acme.example', reason, snippet: '', silent: false })
  const state = (unread: number | undefined, invited: boolean): Pick<State, 'rooms' | 'invitations'> => ({
    rooms: unread === undefined ? undefined : { 'room-a': room(unread, 0) },
    invitations: invited ? [{ room_id: 'room-a' }] : [],
  } as unknown as Pick<State, 'rooms' | 'invitations'>)

  it('when its room was read, here or elsewhere', () => {
    expect(isOver(alert('direct_mention'), state(2, false))).toBe(false)
    expect(isOver(alert('direct_mention'), state(0, false))).toBe(true)
    expect(isOver(alert('direct_mention'), state(undefined, false))).toBe(false)
  })

  it('not by reading, when it is a report or an alarm', () => {
    expect(isOver(alert('report'), state(0, false))).toBe(false)
    expect(isOver(alert('alarm'), state(0, false))).toBe(false)
  })

  it('when an invitation was answered', () => {
    expect(isOver(alert('invite'), state(0, true))).toBe(false)
    expect(isOver(alert('invite'), state(0, false))).toBe(true)
  })
})
