import type { RoomIntegrity, RoomSettings } from '../../api'

export type Verdict = 'same' | 'differs' | 'unknown'

/** Whether all servers in a room are known to hold the same history; one that differs outweighs all. */
export function verdict(integrity: Pick<RoomIntegrity, 'servers'>): Verdict {
  if (integrity.servers.some((server) => server.same === false)) return 'differs'
  return integrity.servers.every((server) => server.same === true) ? 'same' : 'unknown'
}

export const MUTES = ['1h', '8h', 'tomorrow', 'week'] as const
export type Mute = (typeof MUTES)[number]

/** When a mute ends: tomorrow is 8 o'clock on the reader's clock. */
export function muteUntil(mute: Mute, now = new Date()): string {
  const hours = { '1h': 1, '8h': 8, week: 7 * 24 }
  if (mute !== 'tomorrow') return new Date(now.getTime() + hours[mute] * 3_600_000).toISOString()
  return new Date(now.getFullYear(), now.getMonth(), now.getDate() + 1, 8).toISOString()
}

/** What the form says, as far as it differs from what is. */
export function changes(before: RoomSettings, said: { federate: boolean; history: string; invite: number; pin: number; write: number; denied: string }): RoomSettings {
  const denied = said.denied.split(/[\s,]+/).map((name) => name.toLowerCase()).filter(Boolean)
  const out: RoomSettings = {}
  if (said.federate !== (before.federate ?? false)) out.federate = said.federate
  if (said.history !== (before.history ?? 'shared')) out.history = said.history
  if (said.invite !== (before.invite_level ?? 0)) out.invite_level = said.invite
  const levels = before.levels ?? {}
  const now = { pin: levels['swp.room.pin'] ?? PIN_LEVEL, write: levels['swp.room.message'] ?? 0 }
  if (said.pin !== now.pin || said.write !== now.write) out.levels = { ...levels, 'swp.room.pin': said.pin, 'swp.room.message': said.write }
  if (denied.join() !== (before.denied_servers ?? []).join()) out.denied_servers = denied
  return out
}

/** What pinning needs where a room has not chosen. */
export const PIN_LEVEL = 50
