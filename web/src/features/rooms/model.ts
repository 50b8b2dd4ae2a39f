import type { RoomListItem } from '../../api'

/** Rooms as the sidebar shows them. */
export interface Sections {
  rooms: RoomListItem[]
  people: RoomListItem[]
}

/** Whether nothing has changed that decides where rooms stand: then nothing has to be sorted. */
export function standsAlike(before: Readonly<Record<string, RoomListItem>>, now: Readonly<Record<string, RoomListItem>>): boolean {
  const all = Object.values(now)
  return all.length === Object.keys(before).length && all.every((room) => {
    const was = before[room.id]
    return was === room || (was !== undefined && was.name === room.name && was.membership === room.membership && was.state === room.state
      && was.room_type === room.room_type && (room.room_type !== 'dm' || lastSaid(was) === lastSaid(room)))
  })
}

/** Rooms by name, people by what was said last; what is left or closed for good is not shown. */
export function sections(all: Readonly<Record<string, RoomListItem>>, compare: (left: string, right: string) => number): Sections {
  const joined = Object.values(all).filter((room) => room.membership === 'join' && room.state !== 'archived')
  const people = joined.filter((room) => room.room_type === 'dm')
  const rooms = joined.filter((room) => room.room_type !== 'dm')
  rooms.sort((left, right) => compare(left.name ?? '', right.name ?? '') || compare(left.id, right.id))
  people.sort((left, right) => lastSaid(right) - lastSaid(left) || compare(left.id, right.id))
  return { rooms, people }
}

/** When something was said last, else when the room was made. */
export function lastSaid(room: RoomListItem): number {
  return Date.parse(room.last_event?.created_at ?? room.created_at)
}

/** Nothing of it makes a sound now. */
export function isMuted(room: RoomListItem, now = Date.now()): boolean {
  return room.notification_mode === 'none' || (room.muted_until !== null && Date.parse(room.muted_until) > now)
}

/** The next one with something unread, from `from` on in the direction of `by`, going round. */
export function nextRoom(order: readonly RoomListItem[], from: string | undefined, by: 1 | -1, unreadOnly: boolean): string | undefined {
  const at = order.findIndex((room) => room.id === from)
  for (let n = 1; n <= order.length; n += 1) {
    const start = at < 0 && by < 0 ? 0 : at
    const room = order[(start + by * n + order.length * 2) % order.length]
    if (room && (!unreadOnly || room.unread_count > 0)) return room.id
  }
  return undefined
}
