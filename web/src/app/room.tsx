import { useNavigate, useParams, useSearchParams } from '@solidjs/router'
import { createEffect, createMemo, createResource, createSignal, type JSX, Match, on, onCleanup, onMount, Show, Suspense, Switch } from 'solid-js'
import type { RoomListItem } from '../api'
import { Composer } from '../features/composer'
import { attempt } from '../features/failures'
import { markRead } from '../features/inbox'
import { Members } from '../features/members'
import { MODERATES } from '../features/people'
import { Pins, readPins, setPin } from '../features/pins'
import { Reports } from '../features/reports'
import { Invite, roomName } from '../features/rooms'
import { Thread } from '../features/thread'
import { followArrivals, type Pinning, Timeline, type TimelineHandle } from '../features/timeline'
import { type Line, useLive } from '../sync'
import { part, ready, Spinner } from '../ui'
import { isNarrow, useCovered } from './covered'
import { HostBanner } from './host-banner'
import { Leave, Rename } from './room-dialogs'
import { type Pane, RoomHeader } from './room-header'
import { words } from './words'

/** Not part of the first load. */
const Details = part(() => import('../features/details').then((feature) => feature.Details))

/** One room; another room is another page, so nothing of the one before stays. */
export function RoomPage(): JSX.Element {
  const live = useLive()
  const params = useParams<{ room: string }>()
  const room = createMemo(() => live.state().rooms?.[params.room])
  const id = createMemo(() => room()?.id)
  return (
    <Switch fallback={<main class="center" id="main" tabindex="-1"><div class="empty"><h1>{words().noRoom}</h1><p>{live.readAt() === undefined ? words().noRoomText : words().noRoomKept}</p></div></main>}>
      <Match when={!live.state().rooms}><main class="center"><Spinner label={words().loading} /></main></Match>
      <Match when={id()} keyed>{(_same) => <Show when={room()}>{(known) => <OpenRoom room={known()} />}</Show>}</Match>
    </Switch>
  )
}

function OpenRoom(props: { room: RoomListItem }): JSX.Element {
  const live = useLive()
  const navigate = useNavigate()
  const [query, setQuery] = useSearchParams<{ event?: string; thread?: string; at?: string; pane?: string }>()
  const [replying, setReplying] = createSignal<Line>()
  const [editing, setEditing] = createSignal<Line>()
  const [inviting, setInviting] = createSignal(false)
  const [dialog, setDialog] = createSignal<'rename' | 'leave'>()
  const [pins, { refetch }] = createResource(() => [live.state().resettled, live.readAt()], () => readPins(props.room.id))
  // Not read before they are there: the room would not be shown until then.
  const pinned = createMemo(() => ready(pins) ?? [])
  const pinnedIds = createMemo(() => new Set(pinned().map((pin) => pin.event_id)))
  const pinning: Pinning = {
    has: (id) => pinnedIds().has(id),
    set: (line, is) => void attempt(setPin(line, is).then(() => refetch())),
  }
  const arrivalOf = followArrivals(() => props.room)
  let timeline: TimelineHandle | undefined

  const done = (): void => {
    setReplying(undefined)
    setEditing(undefined)
  }
  const closePane = (): void => {
    setQuery({ thread: undefined, at: undefined, pane: undefined })
  }
  const togglePane = (pane: Pane): void => {
    setQuery({ pane: query.pane === pane ? undefined : pane, thread: undefined, at: undefined })
  }
  const show = (id: string): void => {
    if (isNarrow()) closePane()
    timeline?.show(id)
  }
  const editLast = (): void => {
    const own = live.state().timelines[props.room.id]?.lines.findLast((line) =>
      line.sender_id === live.me().fqid && line.event_type === 'swp.room.message' && !line.redacted_at && !line.local && line.state === 'sequenced')
    if (own) setEditing(own)
  }
  /** Esc closes the side, else it marks the room as read, unless something nearer has taken it. */
  const escape = (event: KeyboardEvent): void => {
    if (event.key !== 'Escape' || event.defaultPrevented || document.querySelector('dialog[open]')) return
    if (side()) closePane()
    else if (props.room.unread_count + props.room.mention_count > 0) void attempt(markRead(live, [props.room]))
  }
  onMount(() => {
    document.addEventListener('keydown', escape)
    onCleanup(() => document.removeEventListener('keydown', escape))
  })
  createEffect(on(() => query.event, (event) => {
    if (!event) return
    queueMicrotask(() => timeline?.show(event))
    setQuery({ event: undefined }, { replace: true })
  }))

  /** Once it is known who is in, and when somebody could be asked in. */
  const isAlone = (): boolean => {
    const members = live.state().members[props.room.id]
    const present = members?.filter((member) => member.membership === 'join' || member.membership === 'invite')
    return present?.length === 1 && props.room.room_type !== 'dm' && props.room.state === 'open'
  }
  const side = createMemo(() => query.thread ?? ['members', 'pins', 'details', 'reports'].find((pane) => pane === query.pane))
  const [place, setPlace] = createSignal<HTMLElement>()
  const covered = useCovered(side, place)
  return (
    <div ref={setPlace} class="room" data-pane={side() ? 'open' : 'closed'}>
      <main class="room-main" id="main" tabindex="-1" inert={covered()}>
        <RoomHeader room={props.room} pane={query.pane} pins={pinned().length} onPane={togglePane} onInvite={() => setInviting(true)} onRename={() => setDialog('rename')} onLeave={() => setDialog('leave')} />
        <HostBanner room={props.room} />
        <Timeline
          room={props.room} editing={editing()?.id} handle={(handle) => {
            timeline = handle
          }}
          actions={{
            onReply: (line) => {
              setEditing(undefined)
              setReplying(line)
            },
            onThread: (line) => setQuery({ thread: line.id, at: undefined, pane: undefined }),
            pins: pinning,
            arrivalOf,
            onShowInThread: (root, at) => setQuery({ thread: root, at, pane: undefined }),
            onEdit: (line) => {
              setReplying(undefined)
              setEditing(line)
            },
          }}
        />
        <Show when={isAlone()}><p class="alone small"><span class="soft">{words().alone}</span> <button type="button" class="link" onClick={() => setInviting(true)}>{words().inviteSomebody}</button></p></Show>
        <Composer room={props.room} replying={replying()} editing={editing()} onDone={done} onLeave={() => setDialog('leave')} onEditLast={editLast} />
      </main>
      <Switch>
        <Match when={query.thread} keyed>{(root) => <Thread room={props.room} root={root} at={query.at} pins={pinning} arrivalOf={arrivalOf} onShow={show} onLeave={() => setDialog('leave')} onClose={closePane} />}</Match>
        <Match when={query.pane === 'members'}><Members room={props.room} onInvite={() => setInviting(true)} onClose={closePane} /></Match>
        <Match when={query.pane === 'pins'}>
          <Pins
            pins={pinned()} failed={pins.error !== undefined} mayUnpin={props.room.power_level >= MODERATES} onShow={show} onClose={closePane}
            onUnpin={(id) => pinning.set({ id, room_id: props.room.id }, false)}
          />
        </Match>
        <Match when={query.pane === 'details'}>
          <Suspense fallback={<LoadingPane />}>
            <Details room={props.room} onMembers={() => togglePane('members')} onReports={() => togglePane('reports')} onRename={() => setDialog('rename')} onLeave={() => setDialog('leave')} onClose={closePane} />
          </Suspense>
        </Match>
        <Match when={query.pane === 'reports'}>
          <Suspense fallback={<LoadingPane />}>
            <Reports room={props.room} onShow={show} onClose={closePane} />
          </Suspense>
        </Match>
      </Switch>
      <Show when={dialog() === 'rename'}><Rename room={props.room} onClose={() => setDialog(undefined)} /></Show>
      <Show when={dialog() === 'leave'}><Leave room={props.room} name={roomName(props.room, live.state())} onLeft={() => navigate('/')} onClose={() => setDialog(undefined)} /></Show>
      <Show when={inviting()}><Invite room={props.room} onClose={() => setInviting(false)} /></Show>
    </div>
  )
}

/** What stands at the right until its part of the page has come. */
function LoadingPane(): JSX.Element {
  return <aside class="pane"><div class="center"><Spinner label={words().loading} /></div></aside>
}
