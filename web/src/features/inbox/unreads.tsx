import { A } from '@solidjs/router'
import Check from 'lucide-solid/icons/check'
import Globe from 'lucide-solid/icons/globe'
import Hash from 'lucide-solid/icons/hash'
import ListChecks from 'lucide-solid/icons/list-checks'
import { createMemo, For, type JSX, Show } from 'solid-js'
import type { RoomListItem } from '../../api'
import { useLive } from '../../sync'
import { Avatar, dates } from '../../ui'
import { attempt } from '../failures'
import { otherServers, roomName } from '../rooms'
import { messageOf, plain } from '../timeline'
import { markRead } from './mark-read'
import { pathOf, unreads } from './model'
import { Page } from './page'
import { words } from './words'

/** The server counts no further. */
const COUNTED_MAX = 1000

/** Rooms with something unread: looked at, or marked as read without being opened. */
export function Unreads(): JSX.Element {
  const live = useLive()
  const rooms = createMemo(() => unreads(Object.values(live.state().rooms ?? {})))
  return (
    <Page
      title={words().unread} isEmpty={rooms().length === 0} icon={<ListChecks size={36} aria-hidden="true" />} none={words().unreadNone} noneText={words().unreadNoneText}
      act={<button type="button" class="button" onClick={() => void attempt(markRead(live, rooms()))}>{words().markAll}</button>}
    >
      <ul class="inbox"><For each={rooms().map((room) => room.id)}>{(id) => <Show when={live.state().rooms?.[id]}>{(room) => <Line room={room()} onRead={() => void attempt(markRead(live, [room()]))} />}</Show>}</For></ul>
    </Page>
  )
}

function Line(props: { room: RoomListItem; onRead: () => void }): JSX.Element {
  const live = useLive()
  const home = (): string => live.me().server_name
  const name = createMemo(() => roomName(props.room, live.state()))
  const last = createMemo(() => {
    const event = props.room.last_event
    return event && event.event_type === 'swp.room.message' && !event.redacted_at && !event.hidden_by_you ? event : undefined
  })
  return (
    <li class="inbox-line">
      <A href={pathOf(props.room.id)} class="inbox-link">
        <span class="inbox-face"><Show when={props.room.dm_with} fallback={<Hash size={19} aria-hidden="true" />}>{(other) => <Avatar name={name()} of={other()} />}</Show></span>
        <span class="grow">
          <span class="inbox-about"><strong class="truncate truncate-name"><bdi>{name()}</bdi></strong><Show when={otherServers(props.room, home()).length > 0}><span class="side-globe"><Globe size={13} aria-hidden="true" /></span></Show>
            <span class="soft small inbox-when">{dates.brief(props.room.last_event?.created_at ?? props.room.created_at)}</span></span>
          <Show when={last()}>{(event) => <span class="soft small truncate inbox-text"><bdi>{words().lastSaid(event().sender.display_name)}</bdi> <bdi>{plain(messageOf(event()).body)}</bdi></span>}</Show>
        </span>
        <span class="small" classList={{ pill: props.room.mention_count > 0, 'place-count': props.room.mention_count === 0 }} aria-hidden="true">{props.room.mention_count || props.room.unread_count}</span>
        <span class="visually-hidden">{props.room.unread_count >= COUNTED_MAX ? words().many : words().unreadCount(props.room.unread_count)}</span>
      </A>
      <button type="button" class="icon-button" aria-label={words().ofRoom(name())} title={words().markRead} onClick={() => props.onRead()}><Check size={18} aria-hidden="true" /></button>
    </li>
  )
}
