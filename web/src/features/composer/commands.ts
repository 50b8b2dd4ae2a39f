export const COMMANDS = ['me', 'topic', 'invite', 'leave', 'mute', 'shrug', 'help'] as const
export type Command = (typeof COMMANDS)[number]

/** What a text asks for: a command, one that there is not, or nothing but to be sent. */
export type Wish =
  | { kind: 'say'; body: string }
  | { kind: 'command'; command: Command; rest: string }
  | { kind: 'unknown'; name: string }

/** A text that begins with a slash and a word is a command; two slashes say that it is none, and so do paths. */
export function read(text: string): Wish {
  if (text.startsWith('//')) return { kind: 'say', body: text.slice(1) }
  const match = /^\/([a-z]+)(?:\s+([\s\S]*))?$/i.exec(text)
  if (!match) return { kind: 'say', body: text }
  const name = (match[1] ?? '').toLowerCase()
  const command = COMMANDS.find((known) => known === name)
  return command ? { kind: 'command', command, rest: (match[2] ?? '').trim() } : { kind: 'unknown', name }
}

/** Commands that begin with what is typed, as long as none is typed whole. */
export function complete(text: string, caret: number): Command[] {
  const match = /^\/([a-z]*)$/i.exec(text)
  if (!match || caret !== text.length) return []
  const typed = (match[1] ?? '').toLowerCase()
  return COMMANDS.some((known) => known === typed) ? [] : COMMANDS.filter((known) => known.startsWith(typed))
}

export const SHRUG = String.raw`¯\\\_(ツ)\_/¯`

const UNITS: Record<string, number> = { m: 60_000, h: 3_600_000, d: 86_400_000 }
const MUTE_MS = 8 * 3_600_000

/** Until when a room is silent: `30m`, `2h`, `1d`; 8 hours without a word; null for `off`; none when it is not understood. */
export function muteUntil(said: string, now: number): string | null | undefined {
  if (said === 'off') return null
  if (said === '') return new Date(now + MUTE_MS).toISOString()
  const match = /^(\d{1,3})\s*([mhd])$/i.exec(said)
  const ms = match ? Number(match[1]) * (UNITS[(match[2] ?? '').toLowerCase()] ?? 0) : 0
  return ms > 0 ? new Date(now + ms).toISOString() : undefined
}

/** `@eli` of here, or `@eli:server` of elsewhere, as a full name. */
export function fqidOf(said: string, home: string): string | undefined {
  const match = /^@?([a-z0-9._=/+-]+)(?::([a-z0-9.-]+(?::\d{1,5})?))?$/i.exec(said)
  return match ? `@${match[1]}:${(match[2] ?? home).toLowerCase()}` : undefined
}
