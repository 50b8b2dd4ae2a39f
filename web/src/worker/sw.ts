/**
 * Keeps the page and the files that it has loaded, and gives them out when the server cannot be reached.
 *
 * The page is asked for at the server first, so a new version takes effect with the next load. What is kept is
 * of one version: the page and all that it loads at first, or nothing. A new version has a new worker
 * (`build/worker.ts` writes its files into it), which keeps its own and throws the others away. Only for
 * somebody who is signed in is anything kept; nobody's words are (`src/sync/keeper.ts` has those).
 */
import { API, CACHES, isAway, loads, outdated, PAGE, partOf } from './rules'

declare const self: ServiceWorkerGlobalScope
/** Written by the build: what the page loads at first, and a name for what is in it. */
declare const KEPT_FILES: readonly string[]
declare const KEPT_VERSION: string

const FILES = KEPT_FILES
const CURRENT = CACHES + KEPT_VERSION

/** Newer than the types: what a browser need not even wake the worker for. */
interface WithRoutes {
  addRoutes?: (route: { condition: { urlPattern: { pathname: string } }; source: 'network' }) => Promise<void>
}

self.addEventListener('install', (event) => {
  const routed = (event as ExtendableEvent & WithRoutes).addRoutes?.({ condition: { urlPattern: { pathname: `${API}*` } }, source: 'network' })
  if (routed) event.waitUntil(routed)
  event.waitUntil(install())
})
self.addEventListener('activate', (event) => {
  event.waitUntil(activate())
})
self.addEventListener('message', (event) => {
  if (event.data === 'keep') event.waitUntil(keep().catch(() => undefined))
})
self.addEventListener('fetch', (event) => {
  const part = partOf(event.request, self.location.origin, FILES)
  if (part === 'page') event.respondWith(page(event.request))
  if (part === 'file') event.respondWith(file(event))
})

/** A version that cannot be kept whole is not taken: the one before stays. Without one before nobody is signed in. */
async function install(): Promise<void> {
  if (outdated(await caches.keys(), CURRENT).length > 0) await keep()
  await self.skipWaiting()
}

async function activate(): Promise<void> {
  const old = outdated(await caches.keys(), CURRENT)
  await Promise.all(old.map((name) => caches.delete(name)))
  await self.clients.claim()
}

/** The page comes last: where it is, everything is. */
async function keep(): Promise<void> {
  if (await caches.match(PAGE, { cacheName: CURRENT })) return
  const cache = await caches.open(CURRENT)
  try {
    const fresh = await fetch(PAGE, { cache: 'no-cache' })
    if (!fresh.ok || !loads(await fresh.clone().text(), FILES)) throw new Error('the server has another version')
    await cache.addAll([...FILES])
    await cache.put(PAGE, fresh)
  } catch (error) {
    await caches.delete(CURRENT)
    throw error
  }
}

/** Without what browsers call navigation preload: it asks for every address by itself, also where this worker
 *  has no hand in, so the code of an identity provider would be handed in twice. */
async function page(asked: Request): Promise<Response> {
  const kept = (): Promise<Response | undefined> => caches.match(PAGE, { cacheName: CURRENT })
  try {
    const fresh = await fetch(asked)
    return isAway(fresh.status) ? ((await kept()) ?? fresh) : fresh
  } catch {
    return (await kept()) ?? Response.error()
  }
}

async function file(event: FetchEvent): Promise<Response> {
  const known = await caches.match(event.request, { cacheName: CURRENT })
  if (known) return known
  const fresh = await fetch(event.request)
  // What was loaded later is kept with the rest, if there is a rest.
  if (fresh.ok && (await caches.match(PAGE, { cacheName: CURRENT }))) {
    const copy = fresh.clone()
    event.waitUntil(caches.open(CURRENT).then((cache) => cache.put(event.request, copy)))
  }
  return fresh
}
