import type { RoomListItem } from '../../api'

/** What the title says: mentions count, else whether there is anything unread. */
export function titleFor(rooms: readonly RoomListItem[], isMuted: (room: RoomListItem) => boolean, name: string): string {
  const heard = rooms.filter((room) => room.membership === 'join')
  const mentions = heard.reduce((sum, room) => sum + room.mention_count, 0)
  if (mentions > 0) return `(${mentions}) ${name}`
  return heard.some((room) => room.unread_count > 0 && !isMuted(room)) ? `• ${name}` : name
}
