import { Key } from '@solid-primitives/keyed'
import { useLocation } from '@solidjs/router'
import Globe from 'lucide-solid/icons/globe'
import Hash from 'lucide-solid/icons/hash'
import { createEffect, createMemo, createSelector, createSignal, Index, type JSX, onCleanup, Show } from 'solid-js'
import type { RoomListItem } from '../../api'
import { useLive } from '../../sync'
import { Avatar, Icon } from '../../ui'
import { PresenceDot, ServerChip } from '../people'
import { isMuted } from './model'
import { otherServers, roomName, serverBeside } from './room-name'
import { words } from './words'

/** Lines stand in blocks: the browser lays out and paints only those in sight. */
const BLOCK = 50
/** So many are drawn at once; the others follow when there is nothing better to do. */
const DRAWN_FIRST = BLOCK
const DRAWN_MORE = 2 * BLOCK

/** A headed list of rooms. Thousands of them keep nobody waiting: what is below the window is drawn later. */
export function Section(props: { title: string; rooms: readonly string[] }): JSX.Element {
  const live = useLive()
  const location = useLocation()
  const all = createMemo(() => live.state().rooms ?? {})
  const isOpen = createSelector(() => location.pathname)
  const [drawn, setDrawn] = createSignal(DRAWN_FIRST)
  const shown = createMemo(() => props.rooms.slice(0, drawn()).map((id) => all()[id]).filter((room) => room !== undefined))
  const blocks = createMemo(() => Array.from({ length: Math.ceil(shown().length / BLOCK) }, (_, at) => shown().slice(at * BLOCK, (at + 1) * BLOCK)))
  createEffect(() => {
    if (drawn() >= props.rooms.length) return
    const timer = setTimeout(() => setDrawn(drawn() + DRAWN_MORE))
    onCleanup(() => clearTimeout(timer))
  })
  return (
    <Show when={props.rooms.length > 0}>
      <section aria-label={props.title}>
        <h3 class="side-title">{props.title}</h3>
        <div role="list">
          <Index each={blocks()}>
            {(block) => (
              <div class="side-block" role="presentation" style={{ '--lines': block().length }}>
                <Key each={block()} by="id">{(room) => <div role="listitem"><RoomLine room={room()} isOpen={isOpen} /></div>}</Key>
              </div>
            )}
          </Index>
        </div>
      </section>
    </Show>
  )
}

function RoomLine(props: { room: RoomListItem; isOpen: (path: string) => boolean }): JSX.Element {
  const live = useLive()
  const home = (): string => live.me().server_name
  // Only the name of a direct message is that of somebody: others need not look again when members change.
  const people = { get members() { return live.state().members } }
  const name = createMemo(() => roomName(props.room, people))
  const muted = createMemo(() => isMuted(props.room))
  const others = createMemo(() => otherServers(props.room, home()))
  const path = (): string => `/rooms/${props.room.id}`
  const said = (): string => {
    const { unread_count, mention_count } = props.room
    const about = [unread_count > 0 ? words().unread(unread_count) : '', mention_count > 0 ? words().mention(mention_count) : '', muted() ? words().muted : '']
    return about.filter(Boolean).join(', ')
  }
  return (
    <a
      href={path()}
      class="side-line"
      aria-current={props.isOpen(path()) ? 'page' : undefined}
      classList={{ 'side-line-chosen': props.isOpen(path()), 'side-line-bold': props.room.unread_count > 0 && !muted(), 'side-line-muted': muted() }}
    >
      <span class="side-icon">
        <Show when={props.room.dm_with} fallback={<Icon of={Hash} size={16} />}>
          {(other) => <Avatar name={name()} of={other()} size="small" />}
        </Show>
      </span>
      <span class="grow truncate truncate-name">
        <bdi>{name()}</bdi>
        <Show when={serverBeside(props.room.dm_with, home())}>
          {(server) => <ServerChip name={server()} />}
        </Show>
      </span>
      <Show when={props.room.dm_with}>{(other) => <PresenceDot presence={live.state().presence[other()]} />}</Show>
      <Show when={!props.room.dm_with && props.room.federated && others().length > 0}>
        <span class="side-globe" title={words().federated(others().join(', '))} role="img" aria-label={words().federated(others().join(', '))}>
          <Icon of={Globe} size={14} />
        </span>
      </Show>
      <Show when={props.room.mention_count > 0}><span class="pill" aria-hidden="true">{props.room.mention_count}</span></Show>
      <Show when={said()}>{(text) => <span class="visually-hidden">, {text()}</span>}</Show>
    </a>
  )
}
