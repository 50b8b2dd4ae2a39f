/** What the worker has a hand in. Everything else goes its way as if there were no worker. */

/** How the stores of the page's files begin; what follows is the version. */
export const CACHES = 'scaiwave-page-'
/** The page itself, by the address under which it is kept. */
export const PAGE = '/'
/** What is asked of the server below this is never kept, and is in a hurry. */
export const API = '/v1/'
/** Files below carry a hash in their names: what a name stands for never changes. */
const HASHED = '/assets/'
/** How the addresses within the page begin: `src/app/routes.tsx` has the same. */
const PLACES: readonly string[] = ['', 'rooms', 'unread', 'mentions', 'drafts', 'invitations', 'search', 'preferences', 'admin']
/** What a proxy says when the server behind it is away. */
const AWAY: readonly number[] = [502, 503, 504]

/** As much of a request as is looked at. */
export interface Asked {
  method: string
  mode: string
  url: string
}

/** `page`: from the server, else the kept one. `file`: the kept one, else from the server. */
export type Part = 'page' | 'file'

/** Which part of the page is asked for, if one is. `files`: those that are kept beside the hashed ones. */
export function partOf({ method, mode, url }: Asked, origin: string, files: readonly string[]): Part | undefined {
  const { origin: theirs, pathname } = new URL(url)
  if (method !== 'GET' || theirs !== origin) return undefined
  if (mode === 'navigate') return PLACES.includes(pathname.split('/')[1] ?? '') ? 'page' : undefined
  return pathname.startsWith(HASHED) || files.includes(pathname) ? 'file' : undefined
}

export function isAway(status: number): boolean {
  return AWAY.includes(status)
}

/** Whether a page is of the version whose files are known: it loads them all. */
export function loads(page: string, files: readonly string[]): boolean {
  return files.filter((file) => file.startsWith(HASHED)).every((file) => page.includes(file))
}

/** Stores of other versions. */
export function outdated(names: readonly string[], current: string): string[] {
  return names.filter((name) => name.startsWith(CACHES) && name !== current)
}
