import { api, ask, Failure, session } from '../api'
import { type Connection, type Effect, type Happening, step } from './connection'
import { type Frame, readFrame } from './frame'

/** What the stream tells. */
export interface Listener {
  connection(now: Connection): void
  hello(position: number): void
  frame(frame: Frame): void
  /** The stream could not go on from where it was. */
  reload(): void
}

export interface Stream {
  /** `away`: the server could not be reached just now, so it is asked again after a while. */
  start(away: boolean): void
  stop(): void
  /** Says on the socket that the person is writing, if there is one. */
  typing(room: string, typing: boolean): void
}

/** Carries out what the state machine of `connection.ts` decides, with a real socket and a real clock. */
export function createStream(position: () => number | null, listener: Listener): Stream {
  let connection: Connection = { phase: 'ended' }
  let socket: WebSocket | undefined
  let timer: ReturnType<typeof setTimeout> | undefined

  const happens = (happening: Happening): void => {
    const [next, effects] = step(connection, happening)
    const changed = next !== connection
    connection = next
    if (next.phase !== 'offline') clearTimeout(timer)
    if (changed) listener.connection(next)
    effects.forEach(carryOut)
  }

  const carryOut = (effect: Effect): void => {
    switch (effect.kind) {
      case 'open':
        void open(effect.renew)
        break
      case 'close':
        hangUp()
        break
      case 'ping':
        socket?.send('{"type":"ping"}')
        break
      case 'wait':
        hangUp()
        timer = setTimeout(() => happens({ kind: 'timer' }), effect.ms)
        break
      case 'reload':
        listener.reload()
        break
    }
  }

  const hangUp = (): void => {
    const old = socket
    socket = undefined
    old?.close()
  }

  const open = async (renew: boolean): Promise<void> => {
    hangUp()
    const since = position()
    try {
      if (renew) await session.renew(session.token)
      const { ticket } = await ask(api.POST('/v1/stream/ticket'))
      if (connection.phase !== 'connecting') return
      connect(ticket, since)
    } catch (error) {
      // Without a session there is nothing to wait for; whoever holds us has been told.
      if (Failure.from(error).status === 401) happens({ kind: 'stop' })
      else happens({ kind: 'refused', now: Date.now(), chance: Math.random() })
    }
  }

  const connect = (ticket: string, since: number | null): void => {
    const url = new URL('/v1/stream', location.href)
    url.protocol = url.protocol.replace('http', 'ws')
    url.searchParams.set('ticket', ticket)
    if (since !== null) url.searchParams.set('since', String(since))
    const fresh = new WebSocket(url)
    socket = fresh
    fresh.onopen = () => {
      if (socket === fresh) happens({ kind: 'opened' })
    }
    fresh.onmessage = (message: MessageEvent<string>) => {
      if (socket === fresh) hear(message.data, since)
    }
    fresh.onclose = ({ code }) => {
      if (socket === fresh) happens({ kind: 'closed', code, now: Date.now(), chance: Math.random() })
    }
  }

  const hear = (text: string, since: number | null): void => {
    const said = readFrame(text)
    if (!said) return
    if (said.type === 'hello' && 'session_id' in said) {
      // A server that was restored from a backup may know less than we have seen.
      const resumed = since !== null && said.position >= since
      if (!resumed) listener.hello(said.position)
      happens({ kind: 'hello', resumed })
    } else if (said.type === 'pong') {
      happens({ kind: 'pong' })
    } else {
      listener.frame(said as Frame)
    }
  }

  const online = (): void => happens({ kind: 'network', online: true, now: Date.now() })
  const offline = (): void => happens({ kind: 'network', online: false, now: Date.now() })

  return {
    start(away) {
      addEventListener('online', online)
      addEventListener('offline', offline)
      happens(away ? { kind: 'away', now: Date.now(), chance: Math.random() } : { kind: 'start' })
    },
    stop() {
      removeEventListener('online', online)
      removeEventListener('offline', offline)
      happens({ kind: 'stop' })
    },
    typing(room, typing) {
      if (socket?.readyState === WebSocket.OPEN) socket.send(JSON.stringify({ type: 'typing', room_id: room, typing }))
    },
  }
}
