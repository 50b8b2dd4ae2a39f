import { api, ask, type Pin } from '../../api'
import type { Line } from '../../sync'

export const PINS_MAX = 200

export async function readPins(room: string): Promise<Pin[]> {
  return ask(api.GET('/v1/rooms/{room_id}/pins', { params: { path: { room_id: room }, query: { limit: PINS_MAX } } }))
}

export async function setPin(line: Pick<Line, 'id' | 'room_id'>, pinned: boolean): Promise<void> {
  const params = { path: { room_id: line.room_id, event_id: line.id } }
  if (pinned) await ask(api.POST('/v1/rooms/{room_id}/events/{event_id}/pin', { params }))
  else await ask(api.POST('/v1/rooms/{room_id}/events/{event_id}/unpin', { params }))
}
