import type { RoomListItem } from '../../api'
import type { Alert, State } from '../../sync'

/** What waits for this person, over all rooms. */
export interface Waiting {
  mentions: number
  /** Of rooms that are not muted. */
  unread: boolean
}

export function waiting(rooms: readonly RoomListItem[], isMuted: (room: RoomListItem) => boolean): Waiting {
  const heard = rooms.filter((room) => room.membership === 'join')
  return {
    mentions: heard.reduce((sum, room) => sum + room.mention_count, 0),
    unread: heard.some((room) => room.unread_count > 0 && !isMuted(room)),
  }
}

/** What the title says: mentions count, else whether there is anything unread. */
export function titleFor({ mentions, unread }: Waiting, name: string): string {
  if (mentions > 0) return `(${mentions}) ${name}`
  return unread ? `• ${name}` : name
}

/** The picture of the tab says the same as its title. */
export function iconFor({ mentions, unread }: Waiting): string {
  if (mentions > 0) return '/favicon-mention.svg'
  return unread ? '/favicon-unread.svg' : '/favicon.svg'
}

/** Whether nobody needs to be told of it any more: read, perhaps on another device, or answered. */
export function isOver(alert: Alert, state: Pick<State, 'rooms' | 'invitations'>): boolean {
  if (alert.reason === 'invite') return !state.invitations.some((invitation) => invitation.room_id === alert.room_id)
  // Reading the room settles neither.
  if (alert.reason === 'report' || alert.reason === 'alarm') return false
  return state.rooms?.[alert.room_id]?.unread_count === 0
}
