import { describe, expect, it } from 'vitest'
import type { Line } from '../../sync'
import type { Row } from './rows'
import { showsSame, withLines } from './shown'

function line(id: string, content: object = { body: id }): Line {
  return { id, content } as unknown as Line
}

const [first, answer, joined] = [line('first'), line('answer', { body: 'yes', reply_to_event_id: 'first' }), line('joined')]
const BY_ID = new Map([first, answer, joined].map((one) => [one.id, one]))
const MESSAGE: Row = { kind: 'message', key: 'answer', id: 'answer', leads: true }
const SYSTEM: Row = { kind: 'system', key: 'joined', ids: ['joined'] }

/** The same row after a line was taken the place of by another. */
function after(row: Row, changed: Line): boolean {
  return showsSame(withLines(row, BY_ID), withLines(row, new Map([...BY_ID, [changed.id, changed]])))
}

describe('a row with its lines', () => {
  it('has the line, what it answers, and those of the system', () => {
    expect(withLines(MESSAGE, BY_ID)).toEqual({ ...MESSAGE, line: answer, answered: first })
    expect(withLines(SYSTEM, BY_ID)).toEqual({ ...SYSTEM, lines: [joined] })
  })

  it('shows the same until something in it changes', () => {
    expect(after(MESSAGE, joined)).toBe(true)
    expect(after(SYSTEM, first)).toBe(true)
    expect(after(MESSAGE, line('joined'))).toBe(true)
    expect(after(MESSAGE, line('answer', { body: 'no', reply_to_event_id: 'first' }))).toBe(false)
    expect(after(MESSAGE, line('first'))).toBe(false)
    expect(after(SYSTEM, line('joined'))).toBe(false)
    expect(showsSame(withLines(MESSAGE, BY_ID), withLines({ ...MESSAGE, leads: false }, BY_ID))).toBe(false)
    expect(showsSame({ kind: 'day', key: 'day', when: 'a' }, { kind: 'day', key: 'day', when: 'b' })).toBe(false)
    expect(showsSame({ kind: 'new', key: 'new' }, { kind: 'new', key: 'new' })).toBe(true)
  })
})
