import X from 'lucide-solid/icons/x'
import { createEffect, createMemo, createResource, createSignal, For, type JSX, Show } from 'solid-js'
import { api, ask, type RoomListItem } from '../../api'
import { type Line, useLive } from '../../sync'
import { localized, ready, Spinner } from '../../ui'
import { Composer } from '../composer'
import { Message, type MessageActions, messageOf, type Pinning } from '../timeline'

const words = localized({
  en: { title: 'Thread', close: 'Close the thread', loading: 'Loading the thread', failed: 'The thread could not be loaded.' },
  nl: { title: 'Gesprek', close: 'Gesprek sluiten', loading: 'Gesprek laden', failed: 'Het gesprek kon niet worden geladen.' },
  de: { title: 'Thread', close: 'Thread schließen', loading: 'Thread wird geladen', failed: 'Der Thread konnte nicht geladen werden.' },
})

const ANSWERS_MAX = 200
const FLASH_MS = 1600

/** A message and what answers it in its thread. */
export function Thread(props: { room: RoomListItem; root: string; at: string | undefined; pins: Pinning; arrivalOf: MessageActions['arrivalOf']; onShow: (id: string) => void; onLeave: () => void; onClose: () => void }): JSX.Element {
  const live = useLive()
  const [editing, setEditing] = createSignal<Line>()
  const [replying, setReplying] = createSignal<Line>()
  const [read] = createResource(() => [props.root, live.readAt()] as const, ([thread]) => {
    const params = { path: { room_id: props.room.id }, query: { thread, limit: ANSWERS_MAX } }
    return ask(api.GET('/v1/rooms/{room_id}/messages', { params }))
  })
  /** What was read, and what the stream has said since. */
  const lines = createMemo<Line[]>(() => {
    const known = new Map<string, Line>((ready(read) ?? []).map((event) => [event.id, event]))
    const timeline = live.state().timelines[props.room.id]
    const own = [...(timeline?.lines ?? []), ...(timeline?.ahead ?? [])].filter((line) => line.id === props.root || messageOf(line).thread_root === props.root || known.has(line.id))
    own.forEach((line) => known.set(line.id, line))
    return [...known.values()].sort((left, right) => (left.seq ?? Infinity) - (right.seq ?? Infinity) || left.origin_ts_ms - right.origin_ts_ms)
  })
  const ids = createMemo(() => lines().map((line) => line.id), [], { equals: (left, right) => left.join() === right.join() })
  const byId = createMemo(() => new Map(lines().map((line) => [line.id, line])))
  let scroller: HTMLDivElement | undefined
  const [flash, setFlash] = createSignal<string>()
  const found = createMemo(() => (props.at && byId().has(props.at) ? props.at : undefined))
  /** Here, or else where the thread began. */
  const show = (at: string): void => {
    if (!byId().has(at)) {
      props.onShow(at)
      return
    }
    setFlash(at)
    setTimeout(() => setFlash(undefined), FLASH_MS)
    queueMicrotask(() => scroller?.querySelector(`[data-event="${CSS.escape(at)}"]`)?.scrollIntoView({ block: 'center' }))
  }
  createEffect(() => {
    const at = found()
    if (at) show(at)
  })
  const done = (): void => {
    setEditing(undefined)
    setReplying(undefined)
  }
  return (
    <aside class="pane" aria-label={words().title} id="pane">
      <header class="pane-head">
        <h2 class="grow">{words().title}</h2>
        <button type="button" class="icon-button" aria-label={words().close} onClick={() => props.onClose()}><X size={18} aria-hidden="true" /></button>
      </header>
      <div ref={scroller} class="pane-scroll thread-lines" tabindex="0" role="log" aria-label={words().title}>
        <Show when={!read.loading} fallback={<div class="center"><Spinner label={words().loading} /></div>}>
          <Show when={read.error}><p class="soft">{words().failed}</p></Show>
          <For each={ids()}>
            {(id) => (
              <Show when={byId().get(id)}>
                {(line) => (
                  <Message
                    line={line()} room={props.room} leads editing={editing()?.id === id} flash={flash() === id} answered={byId().get(messageOf(line()).reply_to_event_id ?? '')}
                    actions={{ onReply: setReplying, onThread: undefined, onEdit: setEditing, onShow: show, pins: props.pins, arrivalOf: props.arrivalOf }}
                  />
                )}
              </Show>
            )}
          </For>
        </Show>
      </div>
      <Composer
        room={props.room} thread={props.root} replying={replying()} editing={editing()} onDone={done} onLeave={() => props.onLeave()}
        onEditLast={() => setEditing(lines().findLast((line) => line.sender_id === live.me().fqid && !line.redacted_at))}
      />
    </aside>
  )
}
