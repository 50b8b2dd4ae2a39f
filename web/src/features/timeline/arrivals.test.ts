import { describe, expect, it } from 'vitest'
import type { Delivery } from '../../api'
import type { Line } from '../../sync'
import { arrivalOf, ASKED_MAX, askAbout, isEverywhere, learn, NOTHING_KNOWN, ownNewest, waitMs } from './arrivals'

const ME = '@alice:acme.example'

function line(seq: number | null, changes: Partial<Line> = {}): Line {
  return { id: `e${seq}`, seq, sender_id: ME, event_type: 'swp.room.message', redacted_at: null, ...changes } as Line
}

/** A message that some servers lack. */
function told(seq: number, ...lacks: string[]): Delivery {
  const servers = ['acme.example', 'globex.example', 'initech.example'].map((server_name) => ({ server_name, state: lacks.includes(server_name) ? 'waiting' : 'acknowledged' }))
  return { event_id: `e${seq}`, seq, servers } as Delivery
}

describe('where own messages are', () => {
  it('is asked about those that have their place, the newest first, and few', () => {
    const lines = [line(1), line(2, { sender_id: '@bob:acme.example' }), line(3, { redacted_at: '2026-01-01T00:00:00Z' }), line(5), line(4), line(null), line(6, { local: 'sending' }), line(7, { event_type: 'swp.room.name' })]
    expect(ownNewest(lines, ME).map((one) => one.seq)).toEqual([5, 4, 1])
    expect(ownNewest(Array.from({ length: ASKED_MAX }, (_, at) => line(at + 1)), ME)).toHaveLength(ASKED_MAX)
    expect(ownNewest(Array.from({ length: ASKED_MAX + 1 }, (_, at) => line(at + 1)), ME).map((one) => one.seq)).toEqual([6, 5, 4, 3, 2])
  })

  it('is known of all that stand before one that is everywhere', () => {
    const known = learn(NOTHING_KNOWN, told(7))
    expect(arrivalOf(known, line(3))).toEqual({ has: ['acme.example', 'globex.example', 'initech.example'], lacks: [] })
    expect(arrivalOf(known, line(8))).toBeUndefined()
    expect(isEverywhere(known, line(7))).toBe(true)
  })

  it('is told of each that some servers lack, until they have it', () => {
    const partly = learn(learn(NOTHING_KNOWN, told(7)), told(9, 'initech.example'))
    expect(arrivalOf(partly, line(9))).toMatchObject({ has: ['acme.example', 'globex.example'], lacks: ['initech.example'] })
    expect(isEverywhere(partly, line(9))).toBe(false)
    expect(isEverywhere(partly, line(8))).toBe(false)
    expect(learn(partly, told(9)).partly).toEqual({})
  })

  it('costs one question where the newest is everywhere, and one for each that is not', async () => {
    const asked: number[] = []
    const own = [line(9), line(8), line(7), line(6)]
    const read = (lacking: number) => async ({ seq }: Line): Promise<Delivery> => {
      asked.push(seq ?? 0)
      return (seq ?? 0) > lacking ? told(seq ?? 0, 'globex.example') : told(seq ?? 0)
    }
    const first = await askAbout(NOTHING_KNOWN, own, read(9))
    expect(asked.splice(0)).toEqual([9])
    expect(await askAbout(first, own, read(9))).toBe(first)
    expect(asked).toEqual([])
    const second = await askAbout(NOTHING_KNOWN, own, read(7))
    expect(asked).toEqual([9, 8, 7])
    expect(second.through).toBe(7)
    expect(Object.keys(second.partly)).toEqual(['e9', 'e8'])
  })

  it('is asked again after longer and longer, at most a minute', () => {
    expect([0, 1, 5, 6, 60].map(waitMs)).toEqual([1000, 2000, 32_000, 60_000, 60_000])
  })
})
