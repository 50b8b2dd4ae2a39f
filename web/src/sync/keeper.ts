import type { Me, Preferences, RoomListItem } from '../api'
import { type Database, database } from './database'
import { isCurrent, isOver, type Kept, keptList, keptRoom, type KeptRoom, type Marks, pieces, plan, stale } from './kept'
import { isRead, type State } from './state'
import { unsent } from './unsent'

/** What happens within this time is written together. */
const WRITE_EVERY_MS = 3000
/** A page that is never idle writes all the same. */
const IDLE_WITHIN_MS = 2000
/** So many rooms in which something was said meanwhile are read again after a start: a thousand clients may start at once. */
const AGAIN_MAX = 10
/** Two tabs would write over each other: one of them keeps, and another goes on when it is closed. */
const LOCK = 'scaiwave-keeper'

/** What is kept, and who changes it. */
export interface World {
  state: () => State
  me: () => Me
  preferences: () => Preferences
  /** Whether the state is what the server has. Only then is it written. */
  isLive: () => boolean
  /** Reads the end of a room into the state. */
  read: (room: string) => Promise<void>
  /** Reads the room list; `listRead` follows. */
  readList: () => Promise<void>
}

/** Keeps what was read (`kept.ts`), as long as somebody is signed in. */
export interface Keeper {
  changed(): void
  opened(room: string): void
  /** Something in a room was said or changed. */
  heard(room: string): void
  listRead(): void
  /** The state is the server's now, or is so no longer. */
  live(is: boolean): void
  stop(): void
}

/** Everything that is kept, if anything is. What is over is taken away. */
export async function readKept(): Promise<Kept | undefined> {
  const db = await database()
  if (!db) return undefined
  const reading = db.transaction(['person', 'list', 'rooms'])
  const rooms = reading.objectStore('rooms')
  const [person, list, ids, all] = await Promise.all([reading.objectStore('person').get('person'), reading.objectStore('list').getAll(), rooms.getAllKeys(), rooms.getAll()])
  if (!person) return undefined
  if (isOver(person, Date.now())) {
    await clear(db)
    return undefined
  }
  return { person, list: list.flat(), rooms: Object.fromEntries(ids.map((id, at) => [id, all[at] as KeptRoom])) }
}

/** Whoever signs out, or is signed out, leaves nothing behind. */
export async function forgetKept(also: { unsent: boolean }): Promise<void> {
  const db = await database()
  if (!db) return
  await clear(db)
  if (also.unsent) await unsent.forget()
}

async function clear(db: Database): Promise<void> {
  const clearing = db.transaction(['person', 'list', 'rooms'], 'readwrite')
  await Promise.all([clearing.objectStore('person').clear(), clearing.objectStore('list').clear(), clearing.objectStore('rooms').clear(), clearing.done])
}

/** When there is nothing better to do. */
function idle(work: () => void): void {
  if ('requestIdleCallback' in globalThis) requestIdleCallback(work, { timeout: IDLE_WITHIN_MS })
  else setTimeout(work)
}

export function createKeeper(world: World): Keeper {
  /** There as soon as it is this tab that keeps. */
  let db: Database | undefined
  let marks: Marks = {}
  const opened: Record<string, number> = {}
  /** What stands in the store, by identity: what is the same object is not written again. */
  let list: RoomListItem[][] = []
  const rooms = new Map<string, readonly unknown[]>()
  let timer: ReturnType<typeof setTimeout> | undefined
  /** Rooms to be read again, the one opened last first. */
  let again: string[] = []
  let reading = false
  /** Whether something was heard that would have changed what is kept, before it was this tab's turn. */
  let early = false
  const end = new AbortController()

  const changed = (): void => {
    if (db) timer ??= setTimeout(() => idle(write), WRITE_EVERY_MS)
  }

  /** None before it is this tab's turn, and none when the browser has closed the store meanwhile: for a tab with a newer version, or for somebody who clears it. */
  const transaction = () => {
    try {
      return db?.transaction(['person', 'list', 'rooms'], 'readwrite')
    } catch {
      stop()
      return undefined
    }
  }

  /** All at once, so that what is kept stands at one position. */
  const write = (): void => {
    clearTimeout(timer)
    timer = undefined
    const state = world.state()
    if (end.signal.aborted || !world.isLive() || !state.rooms) return
    const next = plan(state, marks, opened)
    const writing = transaction()
    if (!writing) return
    const store = writing.objectStore('rooms')
    for (const id of Object.keys(marks)) if (!next.marks[id]) void store.delete(id)
    for (const id of next.fromState) {
      const [timeline, members] = [state.timelines[id], state.members[id]]
      const room = keptRoom(state, id)
      const [before, were] = rooms.get(id) ?? []
      if (!room || (before === timeline && were === members)) continue
      rooms.set(id, [timeline, members])
      void store.put(room, id)
    }
    writeList(pieces(keptList(state)), writing.objectStore('list'))
    const { me, preferences } = world
    void writing.objectStore('person').put({ me: me(), preferences: preferences(), invitations: state.invitations, position: state.position, at: Date.now(), marks: next.marks }, 'person')
    // Now, and not when all has been answered: the page may be gone by then.
    writing.commit()
    ;({ marks } = next)
    // What cannot be kept up to date is not kept: a deleted message would stay in it.
    writing.done.catch(() => {
      stop()
      return forgetKept({ unsent: false }).catch(() => undefined)
    })
  }

  const writeList = (fresh: RoomListItem[][], store: { put(piece: RoomListItem[], at: number): unknown; delete(at: number): unknown }): void => {
    fresh.forEach((piece, at) => {
      const before = list[at]
      if (before?.length !== piece.length || piece.some((room, n) => room !== before[n])) store.put(piece, at)
    })
    for (let at = fresh.length; at < list.length; at += 1) store.delete(at)
    list = fresh
  }

  /** Takes away at once what may not be so any more, and reads some of it again. */
  const drop = (ids: readonly string[]): void => {
    const dropping = ids.length > 0 ? transaction() : undefined
    if (!dropping) return
    ids.forEach((id) => {
      rooms.delete(id)
      void dropping.objectStore('rooms').delete(id)
    })
    dropping.done.catch(stop)
    const when = (id: string): number => marks[id]?.opened ?? 0
    const wanted = ids.filter((id) => world.state().rooms?.[id]?.membership === 'join').sort((left, right) => when(right) - when(left))
    for (const id of wanted.slice(0, AGAIN_MAX)) opened[id] ??= when(id)
    again = [...again, ...wanted.slice(0, AGAIN_MAX)]
    const gone = new Set(ids)
    marks = Object.fromEntries(Object.entries(marks).filter(([id]) => !gone.has(id)))
    readAgain()
  }

  /** One room after another. What fails is read when somebody opens it. */
  const readAgain = (): void => {
    if (reading || again.length === 0 || end.signal.aborted || !world.isLive()) return
    reading = true
    idle(() => {
      const next = again.shift()
      const work = next && !isRead(world.state().timelines[next]) ? world.read(next) : Promise.resolve()
      void work.catch(() => undefined).finally(() => {
        reading = false
        readAgain()
      })
    })
  }

  const listRead = (): void => {
    early ||= db === undefined
    drop(stale(world.state(), marks))
    changed()
  }

  const begin = async (): Promise<void> => {
    const ready = await database()
    if (!ready || end.signal.aborted) return
    const [person, ids] = await Promise.all([ready.get('person', 'person'), ready.getAllKeys('rooms')])
    if (person && person.me.fqid !== world.me().fqid) await clear(ready)
    else marks = Object.fromEntries(ids.flatMap((id) => (person?.marks[id] ? [[id, person.marks[id]] as const] : [])))
    if (end.signal.aborted) return
    db = ready
    // What was changed before it was this tab's turn shows in the list.
    if (early) await world.readList().catch(() => undefined)
    else if (world.state().rooms) listRead()
  }

  const hidden = (): void => {
    if (document.hidden) write()
  }
  const stop = (): void => {
    clearTimeout(timer)
    document.removeEventListener('visibilitychange', hidden)
    end.abort()
  }

  document.addEventListener('visibilitychange', hidden)
  navigator.locks
    .request(LOCK, { signal: end.signal }, async () => {
      await begin().catch(() => undefined)
      if (!end.signal.aborted) await new Promise((resolve) => end.signal.addEventListener('abort', resolve))
    })
    .catch(() => undefined)

  return {
    changed,
    opened(room) {
      opened[room] = Date.now()
      changed()
    },
    heard(room) {
      early ||= db === undefined
      if (marks[room] && !isCurrent(world.state().timelines[room])) drop([room])
    },
    listRead,
    live(is) {
      if (is) readAgain()
      else write()
      changed()
    },
    stop,
  }
}
