/** Where the worker lies (`src/worker/sw.ts`): at the root, so that it sees every address of the page. */
const WORKER = '/sw.js'
/** How its stores are called: `src/worker/rules.ts` has the same. */
const CACHES = 'scaiwave-page-'

interface Factory {
  createPolicy(name: string, rules: { createScriptURL: () => string }): { createScriptURL(from: string): string }
}

let address: string | undefined

/** The page's policy takes no text for the address of a script: this one makes a single address, and once. */
function workersAddress(): string {
  const factory = (globalThis as { trustedTypes?: Factory }).trustedTypes
  address ??= factory?.createPolicy('worker', { createScriptURL: () => WORKER }).createScriptURL('') ?? WORKER
  return address
}

/** Has the page kept for when the server cannot be reached. Where a browser cannot, nothing else is different. */
export async function keepPage(): Promise<void> {
  // While somebody works on the client, what is changed must be seen.
  if (!import.meta.env.PROD || !('serviceWorker' in navigator)) return
  try {
    await navigator.serviceWorker.register(workersAddress())
    const { active } = await navigator.serviceWorker.ready
    // The worker may be there from before a sign-out, and have nothing.
    active?.postMessage('keep')
  } catch {
    // A private window, or one in which storage is full.
  }
}

/** Takes the kept page away: whoever signs out leaves nothing behind. */
export async function forgetPage(): Promise<void> {
  if (!('caches' in globalThis)) return
  const names = await caches.keys()
  await Promise.all(names.filter((name) => name.startsWith(CACHES)).map((name) => caches.delete(name)))
}
