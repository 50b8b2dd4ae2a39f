import { api, ask, type Delivery, type MessageContent } from '../../api'
import type { Line, Live } from '../../sync'

/** What can be done with a message. Each throws a `Failure` with the reason when it is refused. */

export async function react(live: Live, line: Line, emoji: string, add: boolean): Promise<void> {
  const params = { path: { room_id: line.room_id, event_id: line.id, emoji } }
  const tell = (added: boolean): void => live.dispatch({ kind: 'reacted', room: line.room_id, event_id: line.id, emoji, add: added })
  // Shown at once, and taken back when the server says no.
  tell(add)
  try {
    if (add) await ask(api.PUT('/v1/rooms/{room_id}/events/{event_id}/reactions/{emoji}', { params }))
    else await ask(api.DELETE('/v1/rooms/{room_id}/events/{event_id}/reactions/{emoji}', { params }))
  } catch (error) {
    tell(!add)
    throw error
  }
}

export async function redact(line: Line): Promise<void> {
  const params = { path: { room_id: line.room_id, event_id: line.id } }
  await ask(api.POST('/v1/rooms/{room_id}/events/{event_id}/redact', { params, body: {} }))
}

export async function edit(line: Line, content: MessageContent): Promise<void> {
  const params = { path: { room_id: line.room_id, event_id: line.id } }
  await ask(api.POST('/v1/rooms/{room_id}/events/{event_id}/edit', { params, body: { content: content as unknown as Record<string, never> } }))
}

export async function readDelivery(line: Line): Promise<Delivery> {
  const params = { path: { room_id: line.room_id, event_id: line.id } }
  return ask(api.GET('/v1/rooms/{room_id}/events/{event_id}/delivery', { params }))
}
