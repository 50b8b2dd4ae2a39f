import { createSignal } from 'solid-js'
import { attempt } from '../failures'
import { createReading, type Reading } from './reading'

export interface Pages<T> extends Reading<T[]> {
  more: () => boolean
  older: () => Promise<void>
}

interface Page<T> {
  data: T[]
  meta: { has_more: boolean; next_cursor: string | null }
}

/** A list that is read page by page, newest first; it begins anew when `source` changes. */
export function createPages<S, T extends { id: string }>(source: () => S, read: (wanted: S, before: string | undefined) => Promise<Page<T>>): Pages<T> {
  const [cursor, setCursor] = createSignal<string>()
  const [added, setAdded] = createSignal<readonly T[]>([])
  const first = createReading(source, async (wanted) => {
    const page = await read(wanted, undefined)
    setAdded([])
    setCursor(page.meta.has_more ? (page.meta.next_cursor ?? undefined) : undefined)
    return page.data
  })
  const older = async (): Promise<void> => {
    const from = cursor()
    const asked = source()
    if (from === undefined) return
    await attempt(read(asked, from).then((page) => {
      // The filter may have been changed meanwhile: then this page is of another list.
      if (asked !== source() || from !== cursor()) return
      setAdded((known) => [...known, ...page.data])
      setCursor(page.meta.has_more ? (page.meta.next_cursor ?? undefined) : undefined)
    }))
  }
  const data = (): T[] | undefined => {
    const known = first.data()
    return known && [...known, ...added()]
  }
  return { ...first, data, more: () => cursor() !== undefined, older }
}
