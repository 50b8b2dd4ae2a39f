import { describe, expect, it, vi } from 'vitest'
import type { Line, Timeline } from '../../sync'

vi.mock('../../api', () => ({}))
const { pinsVersion } = await import('./model')

function timeline(lines: Partial<Line>[], ahead: Partial<Line>[] = []): Timeline {
  return { lines: lines as Line[], ahead: ahead as Line[], older: null, newer: null, gap: null }
}

describe('what is pinned', () => {
  it('is read anew after each pin, wherever it stands, and when the host has it', () => {
    const message = { id: 'm', event_type: 'swp.room.message', state: 'sequenced' }
    const pin = (state: string): Partial<Line> => ({ id: 'p', event_type: 'swp.room.pin', state })
    expect(pinsVersion(undefined)).toBe('')
    expect(pinsVersion(timeline([message]))).toBe('')
    expect(pinsVersion(timeline([message, pin('pending')]))).toBe('p:pending')
    expect(pinsVersion(timeline([message], [pin('sequenced')]))).toBe('p:sequenced')
  })
})
