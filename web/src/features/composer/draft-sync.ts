import { createEffect, createMemo, on, onCleanup } from 'solid-js'
import { type Live, useLive } from '../../sync'
import { readDrafts, take, tell, unheardOf } from './draft-model'
import { store } from './drafts'

/** A person who stops writing for so long may be on their way to another device. */
const TELL_AFTER_MS = 1500

/** Keeps the drafts of this device and the server's alike, as long as somebody is signed in. */
export function useDraftSync(): void {
  const live = useLive()
  let waiting: ReturnType<typeof setTimeout> | undefined
  let telling = false

  const hear = (): void => {
    const theirs = readDrafts(live.preferences().client)
    store.hear(theirs)
    const kept = store.all()
    store.apply(take(kept, theirs))
    if ([...store.all().values()].some((draft) => !draft.told)) later()
  }
  const later = (): void => {
    clearTimeout(waiting)
    waiting = setTimeout(() => void flush(), TELL_AFTER_MS)
  }
  /** What fails stays untold: the next change tells it, or the next time that the stream is live. */
  const flush = async (): Promise<void> => {
    clearTimeout(waiting)
    if (telling || !live.state().rooms) return
    const theirs = readDrafts(live.preferences().client)
    const client = tell(store.all(), theirs, (place) => isTold(live, place), Date.now())
    if (!client) {
      store.apply(new Map(unheardOf(store.all(), theirs).map((place) => [place, null])))
      return
    }
    telling = true
    try {
      await live.keep(client)
    } catch {
      return
    } finally {
      telling = false
    }
  }
  const hide = (): void => {
    if (document.hidden) void flush()
  }

  store.belongsTo(live.me().fqid)
  store.on(later, flush)
  document.addEventListener('visibilitychange', hide)
  createEffect(on(live.preferences, hear))
  const isReady = createMemo(() => live.connection().phase === 'live' && live.state().rooms !== null)
  createEffect(on(isReady, (ready) => {
    if (ready) void flush()
  }))
  onCleanup(() => {
    clearTimeout(waiting)
    store.on(() => undefined, () => Promise.resolve())
    document.removeEventListener('visibilitychange', hide)
  })
}

/** What is begun in an incognito room stays on the device; and so does what belongs to no room that is known. */
function isTold(live: Live, place: string): boolean {
  const room = live.state().rooms?.[place.split('.')[0] ?? '']
  return room !== undefined && room.room_type !== 'incognito'
}
