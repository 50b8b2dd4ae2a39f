import { useNavigate, useParams, useSearchParams } from '@solidjs/router'
import { createEffect, createMemo, createSignal, type JSX, Match, on, onCleanup, onMount, Show, Switch } from 'solid-js'
import type { RoomListItem } from '../api'
import { Composer } from '../features/composer'
import { Members } from '../features/members'
import { Invite } from '../features/rooms'
import { Thread } from '../features/thread'
import { Timeline, type TimelineHandle } from '../features/timeline'
import { type Line, useLive } from '../sync'
import { Spinner } from '../ui'
import { RoomHeader } from './room-header'
import { words } from './words'

/** One room; another room is another page, so nothing of the one before stays. */
export function RoomPage(): JSX.Element {
  const live = useLive()
  const params = useParams<{ room: string }>()
  const room = createMemo(() => live.state().rooms?.[params.room])
  const id = createMemo(() => room()?.id)
  return (
    <Switch fallback={<main class="center" id="main" tabindex="-1"><div class="empty"><h1>{words().noRoom}</h1><p>{words().noRoomText}</p></div></main>}>
      <Match when={!live.state().rooms}><main class="center"><Spinner label={words().loading} /></main></Match>
      <Match when={id()} keyed>{(_same) => <Show when={room()}>{(known) => <OpenRoom room={known()} />}</Show>}</Match>
    </Switch>
  )
}

function OpenRoom(props: { room: RoomListItem }): JSX.Element {
  const live = useLive()
  const navigate = useNavigate()
  const [query, setQuery] = useSearchParams<{ event?: string; thread?: string; pane?: string }>()
  const [replying, setReplying] = createSignal<Line>()
  const [editing, setEditing] = createSignal<Line>()
  const [inviting, setInviting] = createSignal(false)
  let timeline: TimelineHandle | undefined

  const done = (): void => {
    setReplying(undefined)
    setEditing(undefined)
  }
  const closePane = (): void => {
    setQuery({ thread: undefined, pane: undefined })
  }
  const editLast = (): void => {
    const own = live.state().timelines[props.room.id]?.lines.findLast((line) =>
      line.sender_id === live.me().fqid && line.event_type === 'swp.room.message' && !line.redacted_at && !line.local && line.state === 'sequenced')
    if (own) setEditing(own)
  }
  /** Esc closes the side, unless something nearer has taken it. */
  const escape = (event: KeyboardEvent): void => {
    if (event.key === 'Escape' && !event.defaultPrevented && !document.querySelector('dialog[open]')) closePane()
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
  const isOpen = (): boolean => query.thread !== undefined || query.pane === 'members'
  return (
    <div class="room" data-pane={isOpen() ? 'open' : 'closed'}>
      <main class="room-main" id="main" tabindex="-1">
        <RoomHeader room={props.room} isMembersOpen={query.pane === 'members'} onMembers={() => setQuery({ pane: query.pane === 'members' ? undefined : 'members', thread: undefined })} onInvite={() => setInviting(true)} onLeft={() => navigate('/')} />
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
            onThread: (line) => setQuery({ thread: line.id, pane: undefined }),
            onEdit: (line) => {
              setReplying(undefined)
              setEditing(line)
            },
          }}
        />
        <Show when={isAlone()}><p class="alone small"><span class="soft">{words().alone}</span> <button type="button" class="link" onClick={() => setInviting(true)}>{words().inviteSomebody}</button></p></Show>
        <Composer room={props.room} replying={replying()} editing={editing()} onDone={done} onEditLast={editLast} />
      </main>
      <Switch>
        <Match when={query.thread} keyed>{(root) => <Thread room={props.room} root={root} onClose={closePane} />}</Match>
        <Match when={query.pane === 'members'}><Members room={props.room} onInvite={() => setInviting(true)} onClose={closePane} /></Match>
      </Switch>
      <Show when={inviting()}><Invite room={props.room} onClose={() => setInviting(false)} /></Show>
    </div>
  )
}

/** The truth about a host that cannot be reached: what is written is safe, and late. */
function HostBanner(props: { room: RoomListItem }): JSX.Element {
  return (
    <Show when={!props.room.hosted_here && !props.room.host_reachable}>
      <p class="host-banner" role="status">
        {words().hostDown(props.room.host)} <Show when={props.room.pending > 0}>{words().waiting(props.room.pending)}</Show>
      </p>
    </Show>
  )
}
