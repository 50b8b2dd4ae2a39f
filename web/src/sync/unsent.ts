import { database } from './database'
import type { Line } from './state'

/** Lines that the server does not have yet, kept over a reload. */
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

  /** Of everybody. */
  async forget(): Promise<void> {
    await (await database())?.clear('unsent')
  },
}
