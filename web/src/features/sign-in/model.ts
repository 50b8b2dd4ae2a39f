import type { AuthConfig } from '../../api'

/** With what somebody comes to the page: sent back by an identity provider, or with an admin's word for a new password. */
export type CameBack = { kind: 'code'; code: string } | { kind: 'error'; code: string } | { kind: 'linked' } | { kind: 'reset'; token: string }

/** Reads the fragment of the page's address; none when it says nothing of that. */
export function cameBack(hash: string): CameBack | undefined {
  const said = new URLSearchParams(hash.replace(/^#/, ''))
  const [code, error] = [said.get('login_code'), said.get('login_error')]
  if (code) return { kind: 'code', code }
  if (error) return { kind: 'error', code: error }
  const token = said.get('reset')
  if (token) return { kind: 'reset', token }
  return said.has('linked') ? { kind: 'linked' } : undefined
}

/** By what people log in here. */
export function ways(config: Pick<AuthConfig, 'mode' | 'oidc'>): { password: boolean; provider: string | undefined } {
  const provider = config.mode === 'oidc' || config.mode === 'hybrid' ? config.oidc?.name : undefined
  return { password: config.mode !== 'oidc', provider }
}

/** Longest path that the server takes, in bytes. */
const PAGE_MAX = 512

/** Where to go on after the provider: where one is, if that can be said in a path. */
export function returnTo(place: { pathname: string; search: string }): string {
  const page = place.pathname + place.search
  return page.length <= PAGE_MAX && /^\/(?![/\\])[\x21-\x7e]*$/.test(page) && !page.includes('\\') ? page : '/'
}
