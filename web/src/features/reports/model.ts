import type { NewReport, Report, RoomListItem } from '../../api'
import { MODERATES } from '../people'

/** What a message may be reported as, as the server takes it. */
export const CATEGORIES = ['spam', 'abuse', 'illegal', 'impersonation', 'other'] as const
export type Category = (typeof CATEGORIES)[number]

/** Characters of the reporter's own words, as the server takes them. */
export const TEXT_MAX = 1000
/** Reports that are listed at once: their messages are read one by one. */
export const LISTED_MAX = 40

/** What is sent: words only where there are some. */
export function newReport(category: Category, text: string): NewReport {
  const said = text.trim()
  return said === '' ? { category } : { category, text: said }
}

/** Why somebody is shown no reports of a room: `rights`, or because they stand at its host, `elsewhere`. */
export function notSeen(room: Pick<RoomListItem, 'host' | 'power_level'>, me: { role: string; server_name: string }): 'rights' | 'elsewhere' | undefined {
  if (room.power_level < MODERATES && me.role !== 'admin') return 'rights'
  return room.host === me.server_name ? undefined : 'elsewhere'
}

/** The list after one of it was settled, by whoever was first. */
export function withSettled(reports: readonly Report[], settled: Report, all: boolean): readonly Report[] {
  return all ? reports.map((one) => (one.id === settled.id ? settled : one)) : reports.filter((one) => one.id !== settled.id)
}
