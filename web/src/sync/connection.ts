/**
 * The live session as a state machine: what it is in, what happened, what is to be done. It knows no
 * socket, no clock and no chance, so every way through it can be tested.
 *
 * ```text
 *            start            opened            hello             pong
 *  ended ───────────► connecting ─────► catching-up(false) ─► catching-up ─────► live
 *    ▲                  ▲   │ closed                             │ closed          │ closed
 *    │ token is gone    │   ▼                                    ▼                 ▼
 *    └───────────────  offline ◄───────────────────────────────────────────────────
 *                       timer, or the network is back
 * ```
 *
 * Whoever comes while the server cannot be reached begins in `offline` (`away`), with what was kept.
 */
export type Connection =
  | { phase: 'ended' }
  | { phase: 'connecting'; failures: number }
  | { phase: 'catching-up'; failures: number; greeted: boolean }
  | { phase: 'live' }
  | { phase: 'offline'; failures: number; retryAt: number }

export type Happening =
  | { kind: 'start' }
  /** Begins without the server: it could not be reached just now. */
  | { kind: 'away'; now: number; chance: number }
  | { kind: 'opened' }
  /** `resumed`: the server goes on from where we were, so nothing has to be read anew. */
  | { kind: 'hello'; resumed: boolean }
  | { kind: 'pong' }
  | { kind: 'closed'; code: number; now: number; chance: number }
  | { kind: 'refused'; now: number; chance: number }
  | { kind: 'timer' }
  | { kind: 'network'; online: boolean; now: number }
  | { kind: 'stop' }

export type Effect =
  /** Get a ticket and open a socket with it. With `renew`, get a new token first. */
  | { kind: 'open'; renew: boolean }
  | { kind: 'close' }
  /** Ask for a pong: it comes after everything that was to be caught up. */
  | { kind: 'ping' }
  | { kind: 'wait'; ms: number }
  /** Read rooms and open timelines anew: the stream begins now. */
  | { kind: 'reload' }

/** The token has ended, or another took its place. */
export const BAD_TOKEN = 4001
const FIRST_MS = 500
/** A server that is back must not wait long for its people, nor be run over by them. */
const LONGEST_MS = 30_000

/** Doubles with each failure; half of it is chance, so that a thousand clients do not come at once. */
export function pause(failures: number, chance: number): number {
  const whole = Math.min(FIRST_MS * 2 ** (failures - 1), LONGEST_MS)
  return Math.round(whole / 2 + (whole / 2) * chance)
}

type Step = [Connection, Effect[]]

export function step(connection: Connection, happening: Happening): Step {
  switch (happening.kind) {
    case 'start':
      return connection.phase === 'ended' ? open(0) : [connection, []]
    case 'away':
      return connection.phase === 'ended' ? wait(1, happening) : [connection, []]
    case 'stop':
      return [{ phase: 'ended' }, connection.phase === 'ended' ? [] : [{ kind: 'close' }]]
    case 'opened':
      if (connection.phase !== 'connecting') return [connection, []]
      return [{ phase: 'catching-up', failures: connection.failures, greeted: false }, []]
    case 'hello':
      if (connection.phase !== 'catching-up' || connection.greeted) return [connection, []]
      return [{ ...connection, greeted: true }, happening.resumed ? [{ kind: 'ping' }] : [{ kind: 'reload' }, { kind: 'ping' }]]
    case 'pong':
      return connection.phase === 'catching-up' && connection.greeted ? [{ phase: 'live' }, []] : [connection, []]
    case 'closed':
      return lost(connection, happening, happening.code === BAD_TOKEN)
    case 'refused':
      return lost(connection, happening, false)
    case 'timer':
      return connection.phase === 'offline' ? open(connection.failures) : [connection, []]
    case 'network':
      return network(connection, happening)
  }
}

function open(failures: number, renew = false): Step {
  return [{ phase: 'connecting', failures }, [{ kind: 'open', renew }]]
}

/** A token that has ended is renewed at once, but not again and again. */
function lost(connection: Connection, { now, chance }: { now: number; chance: number }, badToken: boolean): Step {
  if (connection.phase === 'ended' || connection.phase === 'offline') return [connection, []]
  const before = connection.phase === 'live' ? 0 : connection.failures
  if (badToken && before === 0) return open(1, true)
  return wait(before + 1, { now, chance })
}

function wait(failures: number, { now, chance }: { now: number; chance: number }): Step {
  const ms = pause(failures, chance)
  return [{ phase: 'offline', failures, retryAt: now + ms }, [{ kind: 'wait', ms }]]
}

function network(connection: Connection, { online, now }: { online: boolean; now: number }): Step {
  if (online) return connection.phase === 'offline' ? open(0) : [connection, []]
  if (connection.phase === 'ended' || connection.phase === 'offline') return [connection, []]
  // What the system says is a hint: the timer tries all the same.
  return [{ phase: 'offline', failures: 1, retryAt: now + LONGEST_MS }, [{ kind: 'close' }, { kind: 'wait', ms: LONGEST_MS }]]
}
