import { A, useNavigate } from '@solidjs/router'
import Globe from 'lucide-solid/icons/globe'
import Hash from 'lucide-solid/icons/hash'
import Inbox from 'lucide-solid/icons/inbox'
import Plus from 'lucide-solid/icons/plus'
import Search from 'lucide-solid/icons/search'
import { createMemo, createSignal, For, type JSX, Show } from 'solid-js'
import type { RoomListItem } from '../../api'
import { useLive } from '../../sync'
import { Avatar, locale, Menu, MenuItem } from '../../ui'
import { parts, PresenceDot, ServerChip } from '../people'
import { isMuted, sections } from './model'
import { otherServers, roomName } from './room-name'
import { words } from './words'

export type RoomDialog = 'create' | 'message' | 'browse'

export function Sidebar(props: { onJump: () => void; onDialog: (dialog: RoomDialog) => void }): JSX.Element {
  const live = useLive()
  const [adding, setAdding] = createSignal<HTMLElement>()
  const collator = createMemo(() => new Intl.Collator(locale(), { numeric: true, sensitivity: 'base' }))
  const shown = createMemo(() => sections(live.state().rooms ?? {}, (left, right) => collator().compare(left, right)))
  const ids = (kind: 'rooms' | 'people') => createMemo(() => shown()[kind].map((room) => room.id), [], { equals: sameList })
  const rooms = ids('rooms')
  const people = ids('people')
  const choose = (dialog: RoomDialog): void => {
    setAdding(undefined)
    props.onDialog(dialog)
  }
  return (
    <nav class="sidebar" aria-label={words().rooms} id="sidebar">
      <header class="sidebar-head">
        <h2 class="truncate"><bdi>{live.me().tenant_name}</bdi></h2>
        <button
          type="button" class="icon-button" aria-label={words().add} title={words().add} aria-haspopup="menu" aria-expanded={adding() !== undefined}
          onClick={(event) => setAdding(adding() ? undefined : event.currentTarget)}
        >
          <Plus size={18} aria-hidden="true" />
        </button>
        <Show when={adding()}>
          {(anchor) => (
            <Menu anchor={anchor()} label={words().add} onClose={() => setAdding(undefined)}>
              <MenuItem onSelect={() => choose('create')}>{words().create}</MenuItem>
              <MenuItem onSelect={() => choose('message')}>{words().message}</MenuItem>
              <MenuItem onSelect={() => choose('browse')}>{words().browse}</MenuItem>
            </Menu>
          )}
        </Show>
      </header>
      <button type="button" class="jump" onClick={() => props.onJump()} aria-keyshortcuts="Control+K">
        <Search size={15} aria-hidden="true" />
        <span class="grow">{words().jump}</span>
        <kbd>Ctrl K</kbd>
      </button>
      <div class="sidebar-scroll">
        <Show when={live.state().invitations.length > 0}>
          <A href="/invitations" class="side-line side-line-bold" activeClass="side-line-chosen">
            <span class="side-icon"><Inbox size={17} aria-hidden="true" /></span>
            <span class="grow">{words().invitations}</span>
            <span class="pill">{live.state().invitations.length}</span>
          </A>
        </Show>
        <Section title={words().rooms} rooms={rooms()} />
        <Section title={words().people} rooms={people()} />
        <Show when={live.state().rooms && rooms().length + people().length === 0}>
          <div class="sidebar-empty">
            <p class="soft small">{words().empty}</p>
            <button type="button" class="button" onClick={() => props.onDialog('create')}>{words().create}</button>
            <button type="button" class="button" onClick={() => props.onDialog('message')}>{words().message}</button>
          </div>
        </Show>
      </div>
    </nav>
  )
}

function sameList(left: readonly string[], right: readonly string[]): boolean {
  return left.length === right.length && left.every((id, at) => id === right[at])
}

function Section(props: { title: string; rooms: readonly string[] }): JSX.Element {
  return (
    <Show when={props.rooms.length > 0}>
      <section aria-label={props.title}>
        <h3 class="side-title">{props.title}</h3>
        <ul>
          <For each={props.rooms}>{(id) => <li><RoomLine id={id} /></li>}</For>
        </ul>
      </section>
    </Show>
  )
}

function RoomLine(props: { id: string }): JSX.Element {
  const live = useLive()
  const room = createMemo(() => live.state().rooms?.[props.id])
  return <Show when={room()}>{(known) => <KnownRoomLine room={known()} />}</Show>
}

function KnownRoomLine(props: { room: RoomListItem }): JSX.Element {
  const live = useLive()
  const home = (): string => live.me().server_name
  const name = createMemo(() => roomName(props.room, live.state(), home()))
  const muted = createMemo(() => isMuted(props.room))
  const others = createMemo(() => otherServers(props.room, home()))
  const said = (): string => {
    const { unread_count, mention_count } = props.room
    const about = [unread_count > 0 ? words().unread(unread_count) : '', mention_count > 0 ? words().mention(mention_count) : '', muted() ? words().muted : '']
    return about.filter(Boolean).join(', ')
  }
  return (
    <A
      href={`/rooms/${props.room.id}`}
      class="side-line"
      activeClass="side-line-chosen"
      classList={{ 'side-line-bold': props.room.unread_count > 0 && !muted(), 'side-line-muted': muted() }}
    >
      <span class="side-icon">
        <Show when={props.room.dm_with} fallback={<Hash size={16} aria-hidden="true" />}>
          {(other) => <Avatar name={name()} of={other()} size="small" />}
        </Show>
      </span>
      <span class="grow truncate">
        <bdi>{name()}</bdi>
        <Show when={props.room.dm_with && parts(props.room.dm_with).server !== home() ? parts(props.room.dm_with).server : undefined}>
          {(server) => <ServerChip name={server()} />}
        </Show>
      </span>
      <Show when={props.room.dm_with}>{(other) => <PresenceDot presence={live.state().presence[other()]} />}</Show>
      <Show when={!props.room.dm_with && props.room.federated && others().length > 0}>
        <span class="side-globe" title={words().federated(others().join(', '))} role="img" aria-label={words().federated(others().join(', '))}>
          <Globe size={14} aria-hidden="true" />
        </span>
      </Show>
      <Show when={props.room.mention_count > 0}><span class="pill" aria-hidden="true">{props.room.mention_count}</span></Show>
      <Show when={said()}>{(text) => <span class="visually-hidden">, {text()}</span>}</Show>
    </A>
  )
}

/** Opens a room by keys. */
export function useOpenRoom(): (id: string) => void {
  const navigate = useNavigate()
  return (id) => navigate(`/rooms/${id}`)
}
