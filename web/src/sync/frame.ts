import type { Event } from '../api'

/** What every frame of the stream has. `position` is none for what is never stored. */
interface Base {
  id: string | null
  room_id: string | null
  tenant_id: string
  ts: string
  position: number | null
}

interface InRoom extends Base {
  room_id: string
}

/** One message of the stream, by its type. */
export type Frame =
  | (InRoom & { type: string; event: Event })
  | (InRoom & { type: 'swp.room.edit'; event_id: string; content: Event['content']; edited_at: string })
  | (InRoom & { type: 'swp.room.redaction'; event_id: string; redacted_by: string; reason: string | null; redacted_at: string })
  | (InRoom & { type: 'swp.room.reaction'; event_id: string; sender_id: string; emoji: string; action: 'add' | 'remove' })
  | (InRoom & { type: 'swp.room.member'; participant_id: string; membership: string; changed_by: string; display_name: string | null })
  | (InRoom & { type: 'swp.room.name'; name: string })
  | (InRoom & { type: 'swp.room.topic'; topic: string })
  | (InRoom & { type: 'swp.room.settings' })
  | (InRoom & { type: 'swp.room.read_marker'; event_id: string })
  | (InRoom & { type: 'swp.notification'; reason: string; event_id: string; sender_id: string; snippet: string; silent: boolean })
  | (InRoom & { type: 'swp.room.notification_mode'; notification_mode: string; muted_until: string | null })
  | (InRoom & { type: 'swp.room.federation'; host_reachable: boolean })
  | (InRoom & { type: 'typing'; participant_id: string; typing: boolean })
  | (Base & { type: 'presence'; participant_id: string; presence: string })
  | (Base & { type: 'swp.me' })

/** What is about this socket only. */
export type SocketWord =
  | { type: 'hello'; session_id: string; server_name: string; tenant_id: string; ts: string; position: number }
  | { type: 'pong' }

/** Reads a text of the socket; none when it is not understood, so that newer servers can say more. */
export function readFrame(text: string): Frame | SocketWord | undefined {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    return undefined
  }
  if (typeof value !== 'object' || value === null) return undefined
  return typeof (value as { type?: unknown }).type === 'string' ? (value as Frame | SocketWord) : undefined
}
