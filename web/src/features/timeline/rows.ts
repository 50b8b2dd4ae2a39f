import type { MessageContent } from '../../api'
import type { Line } from '../../sync'

/** What is drawn, one after another. The key stays the same as long as the row means the same. */
export type Row =
  | { kind: 'day'; key: string; when: string }
  | { kind: 'new'; key: string }
  | { kind: 'message'; key: string; id: string; leads: boolean }
  | { kind: 'system'; key: string; ids: string[] }

const MESSAGE = 'swp.room.message'
/** Within this one author's messages stand under one name. */
const TOGETHER_MS = 5 * 60 * 1000
/** As many changes of a room in a row are folded into one line. */
const FOLD_FROM = 4

export function messageOf(line: Pick<Line, 'content'>): MessageContent {
  const { body, mentions, ...rest } = line.content as unknown as Partial<MessageContent>
  return { ...rest, body: typeof body === 'string' ? body : '', mentions: Array.isArray(mentions) ? mentions : [] }
}

/** Answers in a thread stand in the thread. */
export function isInThread(line: Line): boolean {
  return line.event_type === MESSAGE && (line.content as unknown as Partial<MessageContent>).thread_root !== undefined
}

/** When lines were written. All lines are gone through whenever one comes, and reading a date takes its time. */
const moments = new WeakMap<Line, { at: number; day: string }>()

function momentOf(line: Line): { at: number; day: string } {
  const known = moments.get(line)
  if (known) return known
  const date = new Date(line.created_at)
  const moment = { at: date.getTime(), day: `${date.getFullYear()}-${date.getMonth() + 1}-${date.getDate()}` }
  moments.set(line, moment)
  return moment
}

function at(line: Line): number {
  return momentOf(line).at
}

function dayOf(line: Line): string {
  return momentOf(line).day
}

/** Lines as rows: days, authors, and where the unread begins (after `readUpTo`). */
export function rows(lines: readonly Line[], readUpTo: string | null, me: string): Row[] {
  const out: Row[] = []
  let before: Line | undefined
  let passedMarker = false
  let isMarked = false
  for (const line of lines) {
    const startsDay = !before || dayOf(before) !== dayOf(line)
    if (startsDay) out.push({ kind: 'day', key: `day-${dayOf(line)}`, when: line.created_at })
    const isNew = passedMarker && !isMarked && line.event_type === MESSAGE && line.sender_id !== me
    if (isNew) {
      out.push({ kind: 'new', key: 'new' })
      isMarked = true
    }
    if (line.event_type === MESSAGE) {
      out.push({ kind: 'message', key: line.id, id: line.id, leads: startsDay || isNew || !goesWith(before, line) })
    } else {
      addSystem(out, line)
    }
    if (line.id === readUpTo) passedMarker = true
    before = line
  }
  return out.flatMap(unfold)
}

function goesWith(before: Line | undefined, line: Line): boolean {
  return before?.event_type === MESSAGE && before.sender_id === line.sender_id && at(line) - at(before) < TOGETHER_MS && !messageOf(line).reply_to_event_id
}

function addSystem(out: Row[], line: Line): void {
  const last = out.at(-1)
  if (last?.kind === 'system') last.ids.push(line.id)
  else out.push({ kind: 'system', key: line.id, ids: [line.id] })
}

/** A few changes stand by themselves. */
function unfold(row: Row): Row[] {
  if (row.kind !== 'system' || row.ids.length >= FOLD_FROM) return [row]
  return row.ids.map((id) => ({ kind: 'system' as const, key: id, ids: [id] }))
}
