import type { Line } from '../../sync'
import { messageOf, type Row } from './rows'

type Of<K extends Row['kind']> = Extract<Row, { kind: K }>

/** A row with the lines that it shows. */
export type Shown =
  | Of<'day'>
  | Of<'new'>
  | (Of<'message'> & { line: Line; answered: Line | undefined })
  | (Of<'system'> & { lines: readonly Line[] })

export function withLines(row: Row, byId: ReadonlyMap<string, Line>): Shown {
  if (row.kind === 'system') return { ...row, lines: row.ids.map((id) => lineOf(id, byId)) }
  if (row.kind !== 'message') return row
  const line = lineOf(row.id, byId)
  const answers = messageOf(line).reply_to_event_id
  return { ...row, line, answered: answers ? byId.get(answers) : undefined }
}

/** Rows are made of the lines that are known. */
function lineOf(id: string, byId: ReadonlyMap<string, Line>): Line {
  const line = byId.get(id)
  if (!line) throw new Error('a row shows a line that is not known')
  return line
}

/** Lines are never changed in place, so what is equal is the same. */
export function showsSame(one: Shown, other: Shown): boolean {
  if (one.kind === 'day') return other.kind === 'day' && one.when === other.when
  if (one.kind === 'message') return other.kind === 'message' && one.leads === other.leads && one.line === other.line && one.answered === other.answered
  if (one.kind === 'system') return other.kind === 'system' && one.lines.length === other.lines.length && one.lines.every((line, at) => line === other.lines[at])
  return one.kind === other.kind
}

/** The row, when it is of this kind. */
export function only<K extends Shown['kind']>(row: Shown, kind: K): Extract<Shown, { kind: K }> | undefined {
  return row.kind === kind ? (row as Extract<Shown, { kind: K }>) : undefined
}
