import type { RoomListItem } from '../../api'
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
export function pathOf(room: string, query: { event?: string | undefined; thread?: string | undefined } = {}): string {
  const said = new URLSearchParams(Object.entries(query).filter((pair): pair is [string, string] => pair[1] !== undefined))
  return `/rooms/${room}${said.size > 0 ? `?${said}` : ''}`
}
