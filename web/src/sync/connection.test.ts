import { describe, expect, it } from 'vitest'
import { BAD_TOKEN, type Connection, type Effect, type Happening, pause, step } from './connection'

/** Plays happenings one after another; says where that leads, and all that was to be done. */
function play(start: Connection, ...happenings: Happening[]): [Connection, Effect[]] {
  let connection = start
  const done: Effect[] = []
  for (const happening of happenings) {
    const [next, effects] = step(connection, happening)
    connection = next
    done.push(...effects)
  }
  return [connection, done]
}

const ENDED: Connection = { phase: 'ended' }
const closed = (code = 1006): Happening => ({ kind: 'closed', code, now: 1000, chance: 1 })
const upTo = (...more: Happening[]): Happening[] => [{ kind: 'start' }, { kind: 'opened' }, ...more]
const LIVE = upTo({ kind: 'hello', resumed: true }, { kind: 'pong' })

describe('the live session', () => {
  it('is live when the pong says that the past has been told', () => {
    const [before] = play(ENDED, ...upTo({ kind: 'hello', resumed: true }))
    expect(before).toEqual({ phase: 'catching-up', failures: 0, greeted: true })
    const [after, done] = play(ENDED, ...LIVE)
    expect(after).toEqual({ phase: 'live' })
    expect(done).toEqual([{ kind: 'open', renew: false }, { kind: 'ping' }])
  })

  it('reads everything anew when the stream begins now', () => {
    const [, done] = play(ENDED, ...upTo({ kind: 'hello', resumed: false }))
    expect(done.map((effect) => effect.kind)).toEqual(['open', 'reload', 'ping'])
  })

  it('waits longer with each failure, and not for ever', () => {
    let connection: Connection = ENDED
    const waits: number[] = []
    ;[connection] = step(connection, { kind: 'start' })
    for (let n = 0; n < 9; n += 1) {
      const [next, effects] = step(connection, closed())
      waits.push(...effects.map((effect) => (effect.kind === 'wait' ? effect.ms : -1)))
      ;[connection] = step(next, { kind: 'timer' })
    }
    expect(waits).toEqual([500, 1000, 2000, 4000, 8000, 16000, 30000, 30000, 30000])
    expect([pause(1, 0), pause(1, 1), pause(99, 0)]).toEqual([250, 500, 15000])
  })

  it('forgets failures once it was live', () => {
    const [connection] = play(ENDED, { kind: 'start' }, closed(), { kind: 'timer' }, ...LIVE.slice(1), closed())
    expect(connection).toEqual({ phase: 'offline', failures: 1, retryAt: 1500 })
  })

  it('renews an ended token at once, but only once', () => {
    const [again, done] = play(ENDED, ...LIVE, closed(BAD_TOKEN))
    expect(again).toEqual({ phase: 'connecting', failures: 1 })
    expect(done.at(-1)).toEqual({ kind: 'open', renew: true })
    const [later] = play(again, { kind: 'opened' }, closed(BAD_TOKEN))
    expect(later.phase).toBe('offline')
  })

  it('tries at once when the network is back', () => {
    const [off, done] = play(ENDED, ...LIVE, { kind: 'network', online: false, now: 1000 })
    expect(off).toEqual({ phase: 'offline', failures: 1, retryAt: 31000 })
    expect(done.at(-2)).toEqual({ kind: 'close' })
    const [on] = play(off, { kind: 'network', online: true, now: 2000 })
    expect(on).toEqual({ phase: 'connecting', failures: 0 })
  })

  it('does nothing more once it was stopped', () => {
    const [connection, done] = play(ENDED, ...LIVE, { kind: 'stop' }, closed(), { kind: 'timer' },
      { kind: 'opened' }, { kind: 'hello', resumed: true }, { kind: 'pong' }, { kind: 'stop' })
    expect(connection).toEqual(ENDED)
    expect(done.filter((effect) => effect.kind !== 'ping')).toEqual([{ kind: 'open', renew: false }, { kind: 'close' }])
  })

  it('ignores the words of a socket that is gone', () => {
    const [connection, done] = play(ENDED, { kind: 'start' }, closed(), { kind: 'hello', resumed: true }, { kind: 'pong' }, { kind: 'opened' })
    expect(connection.phase).toBe('offline')
    expect(done).toHaveLength(2)
  })

  it('begins without the server, and asks it again by itself', () => {
    const [connection, done] = play(ENDED, { kind: 'away', now: 1000, chance: 1 })
    expect(connection).toEqual({ phase: 'offline', failures: 1, retryAt: 1500 })
    expect(done).toEqual([{ kind: 'wait', ms: 500 }])
    const [later, more] = play(connection, { kind: 'timer' }, { kind: 'refused', now: 2000, chance: 1 })
    expect(later).toEqual({ phase: 'offline', failures: 2, retryAt: 3000 })
    expect(more).toEqual([{ kind: 'open', renew: false }, { kind: 'wait', ms: 1000 }])
    const [live] = play({ phase: 'live' }, { kind: 'away', now: 1000, chance: 1 })
    expect(live).toEqual({ phase: 'live' })
  })
})
