import type { NewServer, SetupState } from '../../api'

/** The code of the address that the server prints: `#code=…`. */
export function codeOf(hash: string): string {
  return new URLSearchParams(hash.replace(/^#/, '')).get('code') ?? ''
}

/** A short name for somebody: the first word of the long one, as far as it can be a name here. */
export function localIdOf(displayName: string): string {
  const plain = displayName.trim().normalize('NFD').replace(/\p{M}/gu, '').toLowerCase()
  return (plain.split(/\s+/)[0] ?? '').replace(/[^a-z0-9._-]/g, '').replace(/^[._-]+/, '')
}

/** What is sent: a server name only where there is none yet. */
export function newServer(state: SetupState, said: (name: string) => string): NewServer {
  const text = (name: string): string => said(name).trim()
  return {
    code: text('code'),
    ...(state.server_name === null ? { server_name: text('server_name').toLowerCase() } : {}),
    tenant_name: text('tenant_name'),
    admin: { local_id: text('local_id').replace(/^@/, ''), display_name: text('display_name'), password: said('password') },
  }
}

/** The field of the form of which an answer speaks. */
export function fieldOf(field: string | undefined): string | undefined {
  return field?.replace(/^admin\./, '')
}
