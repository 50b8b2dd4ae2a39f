import { Key } from '@solid-primitives/keyed'
import ArrowDown from 'lucide-solid/icons/arrow-down'
import { createEffect, createMemo, createSignal, type JSX, Match, on, onCleanup, onMount, Show, Switch } from 'solid-js'
import { Failure, type RoomListItem } from '../../api'
import { isRead, useLive } from '../../sync'
import { dates, say, Spinner } from '../../ui'
import { reason, reasonOf } from '../failures'
import { added, around, down, OPENED, stretch, up } from './drawn'
import { Message, type MessageActions } from './message'
import { isInThread, messageOf, rows } from './rows'
import { only, type Shown, showsSame, withLines } from './shown'
import { SystemLines } from './system'
import { words } from './words'

/** So near to the end one is at the end. */
const AT_END_PX = 40
/** So near to the beginning of what is drawn, more is fetched; and so near to its end. */
const NEAR_TOP_PX = 600
const NEAR_END_PX = 600
const FLASH_MS = 1600
const READ_AFTER_MS = 100

export interface TimelineHandle {
  /** Leads to a message, wherever in the room it stands. */
  show: (id: string) => void
}

export interface TimelineActions extends Omit<MessageActions, 'onShow'> {
  /** An answer in a thread is shown there. */
  onShowInThread: (root: string, id: string) => void
}

export function Timeline(props: { room: RoomListItem; editing: string | undefined; actions: TimelineActions; handle?: (handle: TimelineHandle) => void }): JSX.Element {
  const live = useLive()
  const roomId = props.room.id
  const [failure, setFailure] = createSignal<Failure>()
  const [loading, setLoading] = createSignal(false)
  const [loadingNewer, setLoadingNewer] = createSignal(false)
  const [isAtEnd, setIsAtEnd] = createSignal(true)
  const [flash, setFlash] = createSignal<string>()
  /** Where the reader was when they came: the line "new" does not move while they are here. */
  const [readUpTo] = createSignal(props.room.last_read_event_id)
  let scroller: HTMLDivElement | undefined
  let reading: ReturnType<typeof setTimeout> | undefined

  const timeline = createMemo(() => live.state().timelines[roomId])
  /** Whether this is what was kept, and the server could not be asked yet. */
  const isKept = (): boolean => live.readAt() !== undefined
  const lines = createMemo(() => (timeline()?.lines ?? []).filter((line) => !isInThread(line)))
  const byId = createMemo(() => new Map((timeline()?.lines ?? []).map((line) => [line.id, line])))
  const room = createMemo(() => props.room, undefined, { equals: isSameToMessages })
  const all = createMemo(() => rows(lines(), readUpTo(), live.me().fqid))
  const [drawn, setDrawn] = createSignal(OPENED)
  const window = createMemo(() => stretch(drawn(), all().length))
  /** Rows keep their identity as long as they show the same, so that nothing else is looked at again. */
  const shown = createMemo<Shown[]>((before) => {
    const known = new Map(before.map((row) => [row.key, row]))
    return all().slice(window().from, window().to).map((row) => {
      const [fresh, old] = [withLines(row, byId()), known.get(row.key)]
      return old && showsSame(old, fresh) ? old : fresh
    })
  }, [])

  const load = async (): Promise<void> => {
    setFailure(undefined)
    try {
      await live.open(roomId)
    } catch (error) {
      setFailure(Failure.from(error))
    }
  }
  const loaded = load()

  const toEnd = (): void => {
    setDrawn((before) => ({ ...before, below: 0 }))
    queueMicrotask(() => scroller?.scrollTo({ top: scroller.scrollHeight }))
  }

  /** Draws what lies above; the place of what is read does not move (`overflow-anchor`, and by hand at the very top). */
  const upwards = async (): Promise<void> => {
    if (loading() || !scroller) return
    const height = scroller.scrollHeight
    const top = scroller.scrollTop
    if (window().from > 0) {
      setDrawn((before) => up(before, all().length))
    } else if (timeline()?.older && isRead(timeline()) && !isKept()) {
      setLoading(true)
      try {
        await live.older(roomId)
        // What is read stays: most of what came above is drawn when somebody goes on.
        setDrawn((before) => up(before, all().length))
      } catch (error) {
        setFailure(Failure.from(error))
      } finally {
        setLoading(false)
      }
    } else {
      return
    }
    const grown = scroller.scrollHeight - height
    if (scroller.scrollTop === top && grown > 0) scroller.scrollTop = top + grown
  }

  /** Draws what lies below a stretch that does not reach to the end. */
  const downwards = async (): Promise<void> => {
    if (loadingNewer()) return
    setLoadingNewer(true)
    const count = all().length
    try {
      await live.newer(roomId)
      setDrawn((before) => added(before, all().length - count))
      queueMicrotask(scrolled)
    } catch (error) {
      setFailure(Failure.from(error))
    } finally {
      setLoadingNewer(false)
    }
  }

  const latest = async (): Promise<void> => {
    try {
      if (timeline()?.newer) await live.latest(roomId)
      setIsAtEnd(true)
      toEnd()
      markRead()
    } catch (error) {
      setFailure(Failure.from(error))
    }
  }

  /** The size in which the reader's place was last looked at; and whether it is another one now. */
  let size = ''
  const noticesSize = (): boolean => {
    const before = size
    size = `${scroller?.clientWidth} × ${scroller?.clientHeight}`
    return before !== '' && before !== size
  }
  const stay = (): void => {
    if (isAtEnd()) scroller?.scrollTo({ top: scroller.scrollHeight })
  }

  const scrolled = (): void => {
    if (!scroller) return
    // Another size moves the lines, and the browser scrolls after them: that is nobody's wish to leave the end.
    if (noticesSize() && isAtEnd()) {
      stay()
      return
    }
    const rest = scroller.scrollHeight - scroller.scrollTop - scroller.clientHeight
    // Whoever has come to the end has not gone up yet, however little is drawn above.
    const isUp = rest >= AT_END_PX || drawn().below > 0
    if (rest < NEAR_END_PX && drawn().below > 0) {
      setDrawn(down)
      // At the very end nothing can be scrolled, so nobody would say that more is wanted.
      queueMicrotask(scrolled)
    } else if (rest < NEAR_END_PX && timeline()?.newer) {
      void downwards()
    } else if (isUp && scroller.scrollTop < NEAR_TOP_PX) {
      void upwards()
    }
    setIsAtEnd(rest < AT_END_PX && drawn().below === 0 && !timeline()?.newer)
    if (isAtEnd()) markRead()
  }

  /** Soon: what comes together is read together, and drawing it comes first. */
  const markRead = (): void => {
    reading ??= setTimeout(() => {
      reading = undefined
      readToEnd()
    }, READ_AFTER_MS)
  }
  onCleanup(() => clearTimeout(reading))

  const readToEnd = (): void => {
    const last = timeline()?.lines.findLast((line) => line.seq !== null)
    if (!last || !isAtEnd() || timeline()?.newer || document.visibilityState !== 'visible') return
    const known = live.state().rooms?.[roomId]
    if (!known || (known.unread_count === 0 && known.mention_count === 0) || known.last_read_event_id === last.id) return
    live.read(roomId, last.id).catch(() => undefined)
  }

  // Who is at the end stays at the end.
  createEffect(on(() => all().length, () => {
    if (!isAtEnd()) return
    toEnd()
    markRead()
  }))
  // Who has read while the server was away says so when it is back.
  createEffect(on(() => live.connection().phase === 'live', (is) => {
    if (is && isAtEnd()) markRead()
  }))
  // A page may be all answers of threads, and a window be taller than the rows that are drawn at first.
  createEffect(on(() => [timeline()?.older, drawn().size, isKept()], () => {
    queueMicrotask(() => {
      if (scroller && scroller.scrollHeight <= scroller.clientHeight && (window().from > 0 || timeline()?.older)) void upwards()
    })
  }))
  onMount(() => {
    if (!scroller) return
    const grown = new ResizeObserver(() => {
      noticesSize()
      stay()
    })
    grown.observe(scroller)
    for (const child of scroller.children) grown.observe(child)
    document.addEventListener('visibilitychange', scrolled)
    onCleanup(() => {
      grown.disconnect()
      document.removeEventListener('visibilitychange', scrolled)
    })
  })

  // Whoever writes wants to see it.
  createEffect(on(() => timeline()?.ahead.filter((line) => line.local === 'sending').length ?? 0, (count, before = 0) => {
    if (count > before) void latest()
  }))

  const show = async (id: string): Promise<void> => {
    await loaded
    const wasAtEnd = isAtEnd()
    setIsAtEnd(false)
    try {
      await live.around(roomId, id)
    } catch (error) {
      setIsAtEnd(wasAtEnd)
      say(Failure.from(error).status === 404 ? words().notFound : reasonOf(error), true)
      return
    }
    const line = byId().get(id)
    const root = line && isInThread(line) ? messageOf(line).thread_root : undefined
    if (root) {
      props.actions.onShowInThread(root, id)
      return
    }
    const at = all().findIndex((row) => row.key === id || (row.kind === 'system' && row.ids.includes(id)))
    if (at < 0) return
    setDrawn((before) => around(before, all().length, at))
    setFlash(id)
    setTimeout(() => setFlash(undefined), FLASH_MS)
    queueMicrotask(() => {
      const message = document.getElementById(`m-${id}`)
      message?.scrollIntoView({ block: 'center' })
      message?.focus({ preventScroll: true })
    })
  }
  props.handle?.({ show: (id) => void show(id) })

  /** Arrows move from message to message. */
  const key = (event: KeyboardEvent & { currentTarget: HTMLElement }): void => {
    const by = { ArrowUp: -1, ArrowDown: 1 }[event.key]
    const focused = (event.target as HTMLElement).closest<HTMLElement>('.message')
    if (!by || !(event.target === focused || event.target === event.currentTarget)) return
    const messages = [...event.currentTarget.querySelectorAll<HTMLElement>('.message')]
    const next = focused ? messages[messages.indexOf(focused) + by] : messages.at(-1)
    event.preventDefault()
    next?.focus()
    next?.scrollIntoView({ block: 'nearest' })
  }

  const actions: MessageActions = {
    onReply: (line) => props.actions.onReply(line),
    onThread: (line) => props.actions.onThread?.(line),
    onEdit: (line) => props.actions.onEdit(line),
    onShow: (id) => void show(id),
    pins: props.actions.pins,
    arrivalOf: (line) => props.actions.arrivalOf(line),
  }

  return (
    <div class="timeline-frame">
      <div class="timeline" ref={scroller} onScroll={scrolled} onKeyDown={key} tabindex="0" role="log" aria-live="polite" aria-label={words().timeline} id="timeline">
        <div class="timeline-inside">
          <Switch>
            <Match when={failure()}>
              {(why) => <div class="timeline-note" role="alert"><p>{words().cannotLoad} {reason(why())}</p><button type="button" class="button" onClick={() => void load()}>{words().retry}</button></div>}
            </Match>
            <Match when={isKept() && !isRead(timeline())}><p class="timeline-note soft">{words().notKept}</p></Match>
            <Match when={!isRead(timeline()) || loading()}><div class="timeline-note"><Spinner label={words().older} /></div></Match>
            <Match when={isKept() && timeline()?.older && window().from === 0}><p class="timeline-note soft small">{words().notKeptBefore}</p></Match>
            <Match when={timeline()?.gap}>
              {(gap) => <div class="timeline-note timeline-gap"><p>{words().gap(gap().missing)} <span class="soft">{reason(gap())}</span></p><Show when={timeline()?.older}><button type="button" class="button" onClick={() => void upwards()}>{words().gapAgain}</button></Show></div>}
            </Match>
            <Match when={timeline() && !timeline()?.older && window().from === 0}><p class="timeline-note soft small">{words().beginning}</p></Match>
          </Switch>
          <Key each={shown()} by="key">
            {(row) => (
              <Switch>
                <Match when={only(row(), 'day')}>{(is) => <DaySeparator when={is().when} />}</Match>
                <Match when={row().kind === 'new'}><div class="new-line" role="separator"><span>{words().newLine}</span></div></Match>
                <Match when={only(row(), 'system')}>{(is) => <SystemLines lines={is().lines} />}</Match>
                <Match when={only(row(), 'message')}>
                  {(is) => (
                    <Message
                      line={is().line} room={room()} leads={is().leads} editing={props.editing === is().id} flash={flash() === is().id}
                      answered={is().answered} actions={actions}
                    />
                  )}
                </Match>
              </Switch>
            )}
          </Key>
          <Show when={loadingNewer()}><div class="timeline-note"><Spinner label={words().newer} /></div></Show>
          <div class="timeline-end" />
        </div>
      </div>
      <Show when={!isAtEnd()}>
        <button type="button" class="button latest" onClick={() => void latest()}>
          <ArrowDown size={16} aria-hidden="true" /> {props.room.unread_count > 0 ? words().newBelow(props.room.unread_count) : words().latest}
        </button>
      </Show>
    </div>
  )
}

/** Whatever is said in a room changes its counts: no message shows them. */
function isSameToMessages(before: RoomListItem, now: RoomListItem): boolean {
  return before.federated === now.federated && before.host === now.host && before.power_level === now.power_level
}

function DaySeparator(props: { when: string }): JSX.Element {
  const text = (): string => {
    const ago = dates.daysAgo(props.when)
    return ago <= 1 ? dates.relativeDay(ago) : dates.day(props.when)
  }
  return <div class="day" role="separator"><span>{text()}</span></div>
}
