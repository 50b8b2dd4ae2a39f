import { type DBSchema, type IDBPDatabase, openDB } from 'idb'
import type { Line } from './state'

interface Kept extends DBSchema {
  unsent: { key: string; value: { me: string; line: Line } }
}

/** Lines that the server does not have yet, kept over a reload. Where the browser keeps nothing (a private
 *  window), they live as long as the tab. */
let opened: Promise<IDBPDatabase<Kept> | undefined> | undefined

function database(): Promise<IDBPDatabase<Kept> | undefined> {
  opened ??= openDB<Kept>('scaiwave', 1, {
    upgrade(fresh) {
      fresh.createObjectStore('unsent')
    },
  }).catch(() => undefined)
  return opened
}

export const unsent = {
  async put(me: string, line: Line): Promise<void> {
    await (await database())?.put('unsent', { me, line }, line.id)
  },

  async drop(id: string): Promise<void> {
    await (await database())?.delete('unsent', id)
  },

  /** Those of one person, in the order in which they were written. */
  async of(me: string): Promise<Line[]> {
    const all = (await (await database())?.getAll('unsent')) ?? []
    const own = all.filter((kept) => kept.me === me).map((kept) => kept.line)
    return own.sort((left, right) => left.origin_ts_ms - right.origin_ts_ms)
  },
}
