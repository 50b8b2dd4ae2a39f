import type { AffectedRoom, FederatedRoom, Policy } from '../../api'

/** The same as the server's own reading of a list: `*.d` is all below d; a port counts where it is named. */
export function matches(pattern: string, server: string): boolean {
  const [wanted, subdomains] = pattern.startsWith('*.') ? [pattern.slice(2), true] : [pattern, false]
  const name = split(wanted.toLowerCase())
  const other = split(server.toLowerCase())
  if (name.port !== undefined && name.port !== other.port) return false
  return subdomains ? other.host.endsWith(`.${name.host}`) : other.host === name.host
}

function split(server: string): { host: string; port: string | undefined } {
  const found = /^(.*?)(?::(\d+))?$/u.exec(server)
  return { host: found?.[1] ?? server, port: found?.[2] }
}

type Lists = Pick<Policy, 'default_mode' | 'allowed_peers' | 'blocked_peers'>

/** Whether a server is out, whatever it shares already. */
export function refuses(policy: Lists, server: string): boolean {
  return policy.default_mode === 'closed' || policy.blocked_peers.some((pattern) => matches(pattern, server))
}

/** Whether a server may begin something new. */
export function admits(policy: Lists, server: string): boolean {
  if (refuses(policy, server)) return false
  return policy.default_mode === 'open' || policy.allowed_peers.some((pattern) => matches(pattern, server))
}

/** Which shared rooms a policy would turn against; asked before it is in force. */
export function affectedBy(policy: Lists, rooms: readonly FederatedRoom[]): AffectedRoom[] {
  return rooms.flatMap((room) => {
    const servers = room.servers.filter((server) => !admits(policy, server))
    if (servers.length === 0 || room.local_people === 0) return []
    return [{ room_id: room.id, name: room.name, host: room.host, servers, left: servers.some((server) => refuses(policy, server)) }]
  })
}

/** Only what a change touches anew: what the policy is against already is no news. */
export function newlyAffected(before: Lists, after: Lists, rooms: readonly FederatedRoom[]): AffectedRoom[] {
  const known = new Map(affectedBy(before, rooms).map((room) => [room.room_id, room]))
  return affectedBy(after, rooms).filter((room) => {
    const old = known.get(room.room_id)
    return !old || (room.left && !old.left) || room.servers.some((server) => !old.servers.includes(server))
  })
}

/** The lines of a text field, without what is empty or there twice. */
export function lines(text: string): string[] {
  return [...new Set(text.split('\n').map((line) => line.trim().toLowerCase()).filter(Boolean))]
}
