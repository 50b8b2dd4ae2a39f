import type { InboxItem, RoomListItem } from '../../api'
import { isMuted, lastSaid } from '../rooms'

/** Rooms in which something waits. What is muted waits only when it speaks to somebody. */
export function waiting(rooms: Iterable<RoomListItem>, now = Date.now()): RoomListItem[] {
  return [...rooms].filter((room) => room.membership === 'join' && room.state !== 'archived' && (room.mention_count > 0 || (room.unread_count > 0 && !isMuted(room, now))))
}

/** The same, the newest first. */
export function unreads(rooms: Iterable<RoomListItem>, now = Date.now()): RoomListItem[] {
  return waiting(rooms, now).sort((left, right) => lastSaid(right) - lastSaid(left))
}

/** Messages that speak to somebody and are not read. */
export function unreadMentions(rooms: Iterable<RoomListItem>): number {
  let sum = 0
  for (const room of rooms) if (room.membership === 'join') sum += room.mention_count
  return sum
}

/** Where a draft stands: its room, and the thread in it. */
export function placeOf(key: string): { room: string; thread: string | undefined } {
  const [room = '', thread] = key.split('.')
  return { room, thread }
}

/** A place that can be opened. */
export function pathOf(room: string, query: { event?: string | undefined; thread?: string | undefined; pane?: string | undefined } = {}): string {
  const said = new URLSearchParams(Object.entries(query).filter((pair): pair is [string, string] => pair[1] !== undefined))
  return `/rooms/${room}${said.size > 0 ? `?${said}` : ''}`
}

/** Where what was told of waits for an answer. Reports and alarms are known by ids of their own, which are no message's. */
export function leadsTo(item: Pick<InboxItem, 'reason' | 'room_id' | 'event_id'>): string {
  if (item.reason === 'invite') return '/invitations'
  if (item.reason === 'alarm') return '/admin'
  return pathOf(item.room_id, item.reason === 'report' ? { pane: 'reports' } : { event: item.event_id })
}
