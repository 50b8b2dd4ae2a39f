import { type Accessor, createSignal } from 'solid-js'
import { api, ask, askWithMeta, Failure, type Me, type Preferences } from '../api'
import type { Action } from './action'
import type { Connection } from './connection'
import { createKeeper } from './keeper'
import { type Kept, restored } from './kept'
import { createOutbox, type Outbox } from './outbox'
import { createQuotes } from './quotes'
import { reduce } from './reduce'
import { begin, CUT, isRead, type State } from './state'
import type { Frame } from './frame'
import { createStream } from './stream'

/** Lines of one page. */
const PAGE = 50
/** How long changes of rooms are gathered before they are read again. */
const GATHER_MS = 150
/** People of whom one request asks whether they are there. */
const PRESENCE_MAX = 200

/** The live session of one person: what is known, and how it is changed. */
export interface Live {
  state: Accessor<State>
  connection: Accessor<Connection>
  /** When what is shown was read, in ms, as long as it is what was kept and the server was not heard yet. */
  readAt: Accessor<number | undefined>
  me: Accessor<Me>
  preferences: Accessor<Preferences>
  outbox: Outbox
  dispatch(action: Action): void
  /** Reads a room's newest lines and its members, unless they are there. */
  open(room: string): Promise<void>
  /** Reads the page before. False when there is none. */
  older(room: string): Promise<boolean>
  /** Reads the page after a stretch that does not reach to the end. */
  newer(room: string): Promise<void>
  /** Reads the end of a room anew, wherever one is in it. */
  latest(room: string): Promise<void>
  /** Reads what stands around an event, unless it is there. Fails when there is no such event. */
  around(room: string, event: string): Promise<void>
  /** Reads a message that another one answers, soon. It is among what is `quoted` then. */
  quote(room: string, event: string): void
  read(room: string, event: string): Promise<void>
  typing(room: string, typing: boolean): void
  refresh(what: 'list' | 'invitations' | 'me'): Promise<void>
  /** Changes members of what clients keep for all devices of a person: null takes one away. */
  keep(client: Readonly<Record<string, unknown>>): Promise<void>
  stop(): void
}

/** `kept`: begins with that, because the server cannot be reached. */
export async function startLive(kept?: Kept): Promise<Live> {
  const [first, settings] = kept ? [kept.person.me, kept.person.preferences] : await Promise.all([ask(api.GET('/v1/me')), ask(api.GET('/v1/me/preferences'))])
  const [me, setMe] = createSignal(first)
  const [preferences, setPreferences] = createSignal(settings)
  const [state, setState] = createSignal(kept ? restored(kept, Date.now()) : begin(first.fqid))
  const [readAt, setReadAt] = createSignal(kept?.person.at)
  const [connection, setConnection] = createSignal<Connection>({ phase: 'ended' })
  /** Rooms whose lines somebody looks at, and so wants to have again after a restart. */
  let opened: string | undefined
  const opening = new Map<string, Promise<void>>()
  let gathering: ReturnType<typeof setTimeout> | undefined
  /** Whether the list is all of it, as of the stream's beginning. */
  let listed = kept !== undefined

  const dispatch = (action: Action): void => {
    setState((before) => reduce(before, action))
    const { list, rooms, invitations, me: self } = state().stale
    if (list || rooms.length > 0 || invitations || self) gathering ??= setTimeout(() => void readStale(), GATHER_MS)
    keeper.changed()
  }

  /** What fails stays as it is: the next frame, or the next start, brings it. */
  const readStale = async (): Promise<void> => {
    gathering = undefined
    const { list, rooms, invitations, me: self } = state().stale
    const work: Promise<unknown>[] = []
    if (list) work.push(refresh('list'))
    else work.push(...rooms.map(readRoom))
    if (invitations) work.push(refresh('invitations'))
    if (self) work.push(refresh('me'))
    await Promise.allSettled(work)
  }

  const refresh = async (what: 'list' | 'invitations' | 'me'): Promise<void> => {
    if (what === 'list') {
      const asked = state().position
      const rooms = await ask(api.GET('/v1/rooms'))
      dispatch({ kind: 'rooms', rooms, asked })
      listed = true
      keeper.listRead()
      await askForPresence(rooms.map((room) => room.dm_with).filter((other) => other !== null))
    }
    if (what === 'invitations') dispatch({ kind: 'invitations', invitations: await ask(api.GET('/v1/me/invitations')) })
    if (what === 'me') {
      dispatch({ kind: 'refreshed', what })
      setMe(await ask(api.GET('/v1/me')))
      setPreferences(await ask(api.GET('/v1/me/preferences')))
      keeper.changed()
    }
  }

  const readRoom = async (room_id: string): Promise<void> => {
    const asked = state().position
    const told = await ask(api.GET('/v1/rooms/{room_id}/state', { params: { path: { room_id } } }))
    const known = state().rooms?.[room_id]
    const { room, members, unread_count, mention_count, notification_mode, muted_until, last_read_event_id } = told
    const last_event = known?.last_event ?? null
    const counts = { unread_count, mention_count, notification_mode, muted_until, last_read_event_id, last_event }
    dispatch({ kind: 'room', room: { ...room, ...counts }, members, asked })
    await askForPresence(members.filter((member) => member.membership === 'join').map((member) => member.participant_id))
  }

  const askForPresence = async (people: string[]): Promise<void> => {
    const ids = people.slice(0, PRESENCE_MAX).join(',')
    if (ids) dispatch({ kind: 'presence', people: await ask(api.GET('/v1/presence', { params: { query: { ids } } })) })
  }

  const readNewest = async (room: string): Promise<void> => {
    const params = { path: { room_id: room }, query: { limit: PAGE } }
    const { data, meta } = await askWithMeta(api.GET('/v1/rooms/{room_id}/messages', { params }))
    dispatch({ kind: 'newest', room, page: data, meta })
  }

  const open = (room: string): Promise<void> => {
    opened = room
    keeper.opened(room)
    // What was not kept comes when the server is back.
    if (readAt() !== undefined) return Promise.resolve()
    const running = opening.get(room)
    if (running) return running
    const work: Promise<unknown>[] = []
    const timeline = state().timelines[room]
    // Whoever comes again begins at the end.
    if (!isRead(timeline) || timeline.newer) work.push(readNewest(room))
    if (!state().members[room]) work.push(readRoom(room))
    const all = Promise.all(work).then(() => undefined).finally(() => {
      if (opening.get(room) === all) opening.delete(room)
    })
    opening.set(room, all)
    return all
  }

  const older = async (room: string): Promise<boolean> => {
    const timeline = state().timelines[room]
    const from = timeline?.older
    if (!from || !isRead(timeline) || readAt() !== undefined) return false
    const around = from === CUT ? timeline.lines[0]?.id : undefined
    const params = { path: { room_id: room }, query: { limit: PAGE, ...(around ? { around } : { from }) } }
    const { data, meta } = await askWithMeta(api.GET('/v1/rooms/{room_id}/messages', { params }))
    // Somebody else may have asked for the same page meanwhile.
    if (state().timelines[room]?.older === from) dispatch({ kind: 'older', room, page: data, meta })
    return meta.has_more
  }

  const newer = async (room: string): Promise<void> => {
    const from = state().timelines[room]?.newer
    if (!from) return
    const params = { path: { room_id: room }, query: { limit: PAGE, from, direction: 'forward' } }
    const { data, meta } = await askWithMeta(api.GET('/v1/rooms/{room_id}/messages', { params }))
    if (state().timelines[room]?.newer === from) dispatch({ kind: 'newer', room, page: data, meta })
  }

  const around = async (room: string, event: string): Promise<void> => {
    if (state().timelines[room]?.lines.some((line) => line.id === event)) return
    const params = { path: { room_id: room }, query: { limit: PAGE, around: event } }
    const { data, meta } = await askWithMeta(api.GET('/v1/rooms/{room_id}/messages', { params }))
    dispatch({ kind: 'around', room, page: data, meta })
  }

  const readAll = (): Promise<unknown> => Promise.allSettled([refresh('list'), refresh('invitations'), refresh('me'), ...(opened ? [open(opened)] : [])])

  const reload = async (): Promise<void> => {
    setReadAt(undefined)
    await readAll()
    await outbox.restore()
  }

  /** The stream has told what was missed in what was kept; what it does not tell of is read. */
  const back = async (): Promise<void> => {
    setReadAt(undefined)
    await readAll()
    if (opened) await readRoom(opened)
  }

  const stream = createStream(() => state().position, {
    connection: (now) => {
      if (connection().phase === 'live') keeper.live(false)
      setConnection(now)
      if (now.phase !== 'live') return
      outbox.flush()
      keeper.live(true)
      if (readAt() !== undefined) void back().catch(() => undefined)
    },
    hello: (position) => {
      // What was asked for before may have come already, and is gone with the rest.
      opening.clear()
      listed = false
      dispatch({ kind: 'restart' })
      dispatch({ kind: 'hello', position })
    },
    frame: (frame) => {
      dispatch({ kind: 'frame', frame })
      if (frame.room_id !== null && changesLines(frame)) keeper.heard(frame.room_id)
    },
    reload: () => void reload(),
  })
  const outbox = createOutbox(me, dispatch)
  const keeper = createKeeper({
    state,
    me,
    preferences,
    isLive: () => connection().phase === 'live' && listed,
    read: async (room) => {
      await Promise.all([readNewest(room), readRoom(room)])
    },
    readList: () => refresh('list'),
  })
  stream.start(kept !== undefined)
  if (kept) void outbox.restore()

  return {
    state,
    connection,
    readAt,
    me,
    preferences,
    outbox,
    dispatch,
    open,
    older,
    newer,
    latest: readNewest,
    around,
    quote: createQuotes(dispatch),
    refresh,
    async read(room, event) {
      // Whoever is still at the end when the server is back has read it.
      if (readAt() !== undefined) throw Failure.offline()
      if (state().rooms?.[room]?.last_read_event_id === event) return
      dispatch({ kind: 'read', room, event_id: event })
      await ask(api.POST('/v1/rooms/{room_id}/read', { params: { path: { room_id: room } }, body: { event_id: event } }))
    },
    async keep(client) {
      setPreferences(await ask(api.PUT('/v1/me/preferences', { body: { client: client as Record<string, never> } })))
    },
    typing: stream.typing,
    stop() {
      clearTimeout(gathering)
      keeper.stop()
      stream.stop()
    },
  }
}

/** Whether a frame says that lines of a timeline are others now. */
function changesLines(frame: Frame): boolean {
  return 'event' in frame || ['swp.room.edit', 'swp.room.redaction', 'swp.room.reaction'].includes(frame.type)
}
