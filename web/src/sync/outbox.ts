import { api, ask, Failure, type Me, type MessageContent } from '../api'
import type { Action } from './action'
import type { Line } from './state'
import { unsent } from './unsent'

type Dispatch = (action: Action) => void

/** Sends what people write. A line has its id before it is sent, so sending it again never doubles it. */
export interface Outbox {
  /** Reads what a reload has left, and sends it. */
  restore(): Promise<void>
  send(room: string, content: MessageContent): void
  retry(line: Line): void
  discard(line: Line): void
  /** Tries again what waits: the server can be reached. */
  flush(): void
  /** How many lines the server does not have yet. */
  count(): Promise<number>
}

export function createOutbox(me: () => Me, dispatch: Dispatch): Outbox {
  /** Lines that wait, oldest first; one room's lines go one after another, so that they keep their order. */
  let waiting: Line[] = []
  const busy = new Set<string>()

  const settle = (line: Line): void => {
    waiting = waiting.filter((other) => other.id !== line.id)
    void unsent.drop(line.id)
  }

  const fail = (line: Line, failure: Failure): void => {
    waiting = waiting.filter((other) => other.id !== line.id)
    const failed: Line = { ...line, local: 'failed', failure: { code: failure.code, message: failure.message } }
    void unsent.put(me().fqid, failed)
    dispatch({ kind: 'local', line: failed })
  }

  const pump = async (room: string): Promise<void> => {
    if (busy.has(room)) return
    busy.add(room)
    try {
      for (let next = first(room); next; next = first(room)) await post(next)
    } catch {
      // The line waits until `flush`.
    } finally {
      busy.delete(room)
    }
  }

  const first = (room: string): Line | undefined => waiting.find((line) => line.room_id === room)

  const post = async (line: Line): Promise<void> => {
    const { room_id, id, content } = line
    const params = { path: { room_id } }
    try {
      const event = await ask(api.POST('/v1/rooms/{room_id}/send', { params, body: { event_uuid: id, content } }))
      settle(line)
      dispatch({ kind: 'local', line: event })
    } catch (error) {
      const failure = Failure.from(error)
      if (failure.mayPass) throw failure
      fail(line, failure)
    }
  }

  const enqueue = (line: Line): void => {
    const sending: Line = { ...line, local: 'sending' }
    delete sending.failure
    waiting = [...waiting.filter((other) => other.id !== line.id), sending]
    // On its way before it is drawn: drawing takes longer than the way.
    void pump(line.room_id)
    void unsent.put(me().fqid, sending)
    dispatch({ kind: 'local', line: sending })
  }

  return {
    async restore() {
      for (const line of await unsent.of(me().fqid)) {
        if (line.local === 'sending') enqueue(line)
        else dispatch({ kind: 'local', line })
      }
    },
    send(room, content) {
      enqueue(draft(me(), room, content))
    },
    retry: enqueue,
    discard(line) {
      settle(line)
      dispatch({ kind: 'discarded', room: line.room_id, id: line.id })
    },
    flush() {
      new Set(waiting.map((line) => line.room_id)).forEach((room) => void pump(room))
    },
    async count() {
      return (await unsent.of(me().fqid)).length
    },
  }
}

function draft(me: Me, room: string, content: MessageContent): Line {
  const now = Date.now()
  return {
    id: crypto.randomUUID(),
    room_id: room,
    sender_id: me.fqid,
    sender: { fqid: me.fqid, display_name: me.display_name, server_name: me.server_name, local_id: me.local_id },
    event_type: 'swp.room.message',
    content: content as unknown as Line['content'],
    stream_position: null,
    origin_ts: Math.floor(now / 1000),
    origin_ts_ms: now,
    created_at: new Date(now).toISOString(),
    edited_at: null,
    redacted_at: null,
    redacted_by: null,
    seq: null,
    state: 'pending',
    reactions: [],
    reply_count: 0,
    local: 'sending',
  }
}
