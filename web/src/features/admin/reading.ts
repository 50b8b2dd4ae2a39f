import { createEffect, createSignal, on, onCleanup } from 'solid-js'
import { createStore, reconcile } from 'solid-js/store'
import { Failure } from '../../api'

/** Something read from the server: what is known stays on the page while it is read again. */
export interface Reading<T> {
  data: () => T | undefined
  failure: () => Failure | undefined
  loading: () => boolean
  again: () => Promise<void>
}

/**
 * Reads for whatever `source` says, and again every `everyMs`. Lines with the same `key` keep their elements,
 * so that nobody loses the focus because something was read again.
 */
export function createReading<S, T>(source: () => S, read: (wanted: S) => Promise<T>, options: { key?: string; everyMs?: number } = {}): Reading<T> {
  const [store, set] = createStore<{ data: T | undefined }>({ data: undefined })
  const [failure, setFailure] = createSignal<Failure>()
  const [loading, setLoading] = createSignal(true)
  let asked = 0
  const load = async (wanted: S): Promise<void> => {
    asked += 1
    const mine = asked
    setLoading(true)
    try {
      const data = await read(wanted)
      // Only the newest question counts: an older one may be answered later.
      if (mine !== asked) return
      set('data', reconcile(data as never, { key: options.key ?? 'id' }))
      setFailure(undefined)
    } catch (error) {
      if (mine === asked) setFailure(Failure.from(error))
    }
    if (mine === asked) setLoading(false)
  }
  createEffect(on(source, (wanted) => void load(wanted)))
  if (options.everyMs) {
    const timer = setInterval(() => {
      if (!document.hidden) void load(source())
    }, options.everyMs)
    onCleanup(() => clearInterval(timer))
  }
  onCleanup(() => {
    asked += 1
  })
  return { data: () => store.data, failure, loading, again: () => load(source()) }
}

/** All pages of a list. */
export async function allOf<T>(page: (limit: number, offset: number) => Promise<readonly T[]>): Promise<T[]> {
  const size = 200
  const all: T[] = []
  for (;;) {
    const part = await page(size, all.length)
    all.push(...part)
    if (part.length < size) return all
  }
}
