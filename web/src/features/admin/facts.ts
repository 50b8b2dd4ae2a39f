import { api, ask, type FederatedRoom, type Peer, type Policy, type TenantStats } from '../../api'
import { type Refusals, countRefusals } from './diagnosis'
import { allOf } from './reading'

const DAY_MS = 86_400_000

/** Every room that other servers have something of. */
export function readRooms(): Promise<FederatedRoom[]> {
  return allOf((limit, offset) => ask(api.GET('/v1/admin/rooms', { params: { query: { limit, offset } } })))
}

export function readPeers(): Promise<Peer[]> {
  return ask(api.GET('/v1/admin/federation/peers'))
}

/** What the tenant uses, and what it may use. */
export function readStats(): Promise<TenantStats> {
  return ask(api.GET('/v1/admin/stats'))
}

export function readPolicy(): Promise<Policy> {
  return ask(api.GET('/v1/admin/federation/policy'))
}

/** What an admin does about what was refused before: all that follows is another matter. */
const SETTLES = ['room.lifted', 'peer.key_accepted'] as const

/** What was refused here within a day and is not settled, counted by server. */
export async function readRefusals(peer?: string): Promise<Map<string, Refusals>> {
  const since = new Date(Date.now() - DAY_MS).toISOString().replace(/\.\d+Z$/u, 'Z')
  const [lines, ...acts] = await Promise.all([
    ask(api.GET('/v1/admin/federation/rejections', { params: { query: { direction: 'inbound', since, limit: 200, ...(peer ? { peer } : {}) } } })),
    ...SETTLES.map((action) => ask(api.GET('/v1/admin/audit', { params: { query: { action, since, limit: 200 } } }))),
  ])
  return countRefusals(lines, acts.flat())
}

/** Servers that show a key which no known one vouches for. Only what does not go well is asked for it. */
export async function readCandidates(peers: readonly Peer[]): Promise<Set<string>> {
  const suspects = peers.filter((peer) => peer.state === 'unreachable' || peer.last_error !== null).slice(0, 20)
  const details = await Promise.all(suspects.map((peer) => ask(api.GET('/v1/admin/federation/peers/{server_name}', { params: { path: { server_name: peer.server_name } } }))))
  return new Set(details.filter((detail) => detail.candidate).map((detail) => detail.peer.server_name))
}

/** Whether others know a recovery key of this server: it stands in what every server shows to all. */
export async function hasRecoveryKey(): Promise<boolean | undefined> {
  const response = await fetch('/.well-known/scaiwave/server').catch(() => undefined)
  const shown: unknown = response?.ok ? await response.json().catch(() => undefined) : undefined
  return shown && typeof shown === 'object' ? 'recovery_key' in shown : undefined
}
