import type { RoomListItem } from '../../api'
import type { Live } from '../../sync'

/** Marks all that there is in some rooms as read, wherever one stands in them. */
export async function markRead(live: Live, rooms: readonly RoomListItem[]): Promise<void> {
  for (const room of rooms) if (room.last_event) await live.read(room.id, room.last_event.id)
}
