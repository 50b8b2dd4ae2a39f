import { api, ask, Failure } from '../api'
import type { Action } from './action'
import { quoteKey } from './state'

/** So many are asked for at once: what somebody reads comes first. */
const AT_ONCE = 2
/** So many wait for that. Of a page that was scrolled through quickly, what was drawn last is what is read. */
const WAITING_MAX = 40
/** Nobody will say otherwise: it is not there, or not for this person. */
const NOT_THERE = [403, 404, 410]

interface Wanted {
  room: string
  id: string
}

/** Fetches what messages answer that stands in no timeline here. What fails for another reason is asked for when it is drawn again. */
export function createQuotes(dispatch: (action: Action) => void): (room: string, id: string) => void {
  const known = new Set<string>()
  const waiting: Wanted[] = []
  let running = 0

  const next = (): void => {
    if (running >= AT_ONCE) return
    const wanted = waiting.pop()
    if (!wanted) return
    running += 1
    void read(wanted).finally(() => {
      running -= 1
      known.delete(quoteKey(wanted.room, wanted.id))
      next()
    })
  }
  const read = async ({ room, id }: Wanted): Promise<void> => {
    try {
      const params = { path: { room_id: room }, query: { around: id, limit: 1 } }
      const page = await ask(api.GET('/v1/rooms/{room_id}/messages', { params }))
      dispatch({ kind: 'quoted', room, id, event: page.find((event) => event.id === id) ?? null })
    } catch (error) {
      if (NOT_THERE.includes(Failure.from(error).status)) dispatch({ kind: 'quoted', room, id, event: null })
    }
  }

  return (room, id) => {
    if (known.has(quoteKey(room, id))) return
    known.add(quoteKey(room, id))
    waiting.push({ room, id })
    if (waiting.length > WAITING_MAX) {
      const late = waiting.shift()
      if (late) known.delete(quoteKey(late.room, late.id))
    }
    next()
  }
}
