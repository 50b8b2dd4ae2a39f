import { A, useNavigate } from '@solidjs/router'
import ArrowLeft from 'lucide-solid/icons/arrow-left'
import EllipsisVertical from 'lucide-solid/icons/ellipsis-vertical'
import Flag from 'lucide-solid/icons/flag'
import Globe from 'lucide-solid/icons/globe'
import Hash from 'lucide-solid/icons/hash'
import Info from 'lucide-solid/icons/info'
import Pin from 'lucide-solid/icons/pin'
import Search from 'lucide-solid/icons/search'
import UserPlus from 'lucide-solid/icons/user-plus'
import Users from 'lucide-solid/icons/users'
import { createMemo, createResource, createSignal, For, type JSX, Show } from 'solid-js'
import { api, ask, type RoomListItem } from '../api'
import { attempt } from '../features/failures'
import { MODERATES, PresenceDot, ServerChip } from '../features/people'
import { notSeen } from '../features/reports'
import { otherServers, roomName, serverBeside } from '../features/rooms'
import { useLive } from '../sync'
import { Avatar, dates, Icon, Menu, MenuItem, Popover, ready } from '../ui'
import { words } from './words'

const MODES = ['inherit', 'all', 'mentions', 'none'] as const

/** What stands at the right of a room. */
export type Pane = 'members' | 'pins' | 'details' | 'reports'

export function RoomHeader(props: { room: RoomListItem; pane: string | undefined; pins: number; onPane: (pane: Pane) => void; onInvite: () => void; onRename: () => void; onLeave: () => void }): JSX.Element {
  const live = useLive()
  const navigate = useNavigate()
  const [servers, setServers] = createSignal<HTMLElement>()
  const [menu, setMenu] = createSignal<HTMLElement>()
  const home = (): string => live.me().server_name
  const name = createMemo(() => roomName(props.room, live.state()))
  const others = createMemo(() => otherServers(props.room, home()))
  const joined = (): number => (live.state().members[props.room.id] ?? []).filter((member) => member.membership === 'join').length
  const choose = (mode: string): void => {
    setMenu(undefined)
    void attempt(ask(api.PUT('/v1/rooms/{room_id}/notification-mode', { params: { path: { room_id: props.room.id } }, body: { mode } })))
  }
  const from = (work: () => void) => () => {
    setMenu(undefined)
    work()
  }
  return (
    <header class="room-head">
      <A href="/" class="icon-button room-back" aria-label={words().back}><Icon of={ArrowLeft} size={20} /></A>
      <span class="room-face"><Show when={props.room.dm_with} fallback={<Icon of={Hash} size={19} />}>{(other) => <Avatar name={name()} of={other()} size="small" />}</Show></span>
      <div class="room-title">
        <h1 class="truncate truncate-name">
          <bdi>{name()}</bdi>
          <Show when={serverBeside(props.room.dm_with, home())}>{(server) => <ServerChip name={server()} />}</Show>
        </h1>
        <Show when={props.room.dm_with}>{(other) => <PresenceDot presence={live.state().presence[other()]} />}</Show>
        <Show when={props.room.topic}>{(topic) => <bdi class="room-topic truncate" title={topic()}>{topic()}</bdi>}</Show>
      </div>
      <Show when={props.room.federated && others().length > 0}>
        <button type="button" class="globe-badge" aria-haspopup="dialog" aria-expanded={servers() !== undefined} aria-label={words().federated(others().length)} title={words().federated(others().length)} onClick={(event) => setServers(servers() ? undefined : event.currentTarget)}>
          <Icon of={Globe} size={16} /> <span class="globe-count">{others().length}</span>
        </button>
        <Show when={servers()}>{(anchor) => <Servers room={props.room} anchor={anchor()} onClose={() => setServers(undefined)} />}</Show>
      </Show>
      <Show when={props.room.room_type !== 'dm'}>
        <button type="button" class="icon-button room-invite" aria-label={words().invite} title={words().invite} onClick={() => props.onInvite()}><Icon of={UserPlus} size={19} /></button>
      </Show>
      <A href={`/search?room=${props.room.id}`} class="icon-button room-search" aria-label={words().searchHere} title={words().searchHere}><Icon of={Search} size={18} /></A>
      <Show when={props.pins > 0}>
        <button type="button" class="icon-button members-button pins-button" aria-pressed={props.pane === 'pins'} aria-label={`${words().pins}: ${props.pins}`} title={words().pins} onClick={() => props.onPane('pins')}><Icon of={Pin} size={18} /> <span class="small">{props.pins}</span></button>
      </Show>
      <button type="button" class="icon-button members-button" aria-pressed={props.pane === 'members'} aria-label={`${words().members}: ${joined()}`} title={words().members} onClick={() => props.onPane('members')}>
        <Icon of={Users} size={19} /> <Show when={joined() > 0}><span class="small">{joined()}</span></Show>
      </button>
      <button type="button" class="icon-button" aria-label={words().more} title={words().more} aria-haspopup="menu" aria-expanded={menu() !== undefined} onClick={(event) => setMenu(menu() ? undefined : event.currentTarget)}><Icon of={EllipsisVertical} size={19} /></button>
      <Show when={menu()}>
        {(anchor) => (
          <Menu anchor={anchor()} label={words().more} onClose={() => setMenu(undefined)}>
            <p class="menu-who soft small">{words().mode}</p>
            <For each={MODES}>{(mode) => <MenuItem icon={<Show when={props.room.notification_mode === mode}>✓</Show>} onSelect={() => choose(mode)}>{words()[mode]}</MenuItem>}</For>
            <hr />
            <MenuItem icon={<Info size={16} />} onSelect={from(() => props.onPane('details'))}>{words().details}</MenuItem>
            <MenuItem icon={<Search size={16} />} onSelect={from(() => navigate(`/search?room=${props.room.id}`))}>{words().searchHere}</MenuItem>
            <MenuItem icon={<Pin size={16} />} onSelect={from(() => props.onPane('pins'))}>{words().pins}</MenuItem>
            <Show when={props.room.room_type !== 'dm' && notSeen(props.room, live.me()) !== 'rights'}>
              <MenuItem icon={<Flag size={16} />} refused={notSeen(props.room, live.me()) ? words().reportsElsewhere(props.room.host) : undefined} onSelect={from(() => props.onPane('reports'))}>{words().reports}</MenuItem>
            </Show>
            <MenuItem refused={props.room.room_type === 'dm' ? words().dm : props.room.power_level >= MODERATES ? undefined : words().needs} onSelect={from(props.onRename)}>{words().rename}</MenuItem>
            <MenuItem danger onSelect={from(props.onLeave)}>{words().leave}</MenuItem>
          </Menu>
        )}
      </Show>
    </header>
  )
}

/** The servers that take part, and whether each can be reached. */
function Servers(props: { room: RoomListItem; anchor: HTMLElement; onClose: () => void }): JSX.Element {
  const live = useLive()
  const [outside] = createResource(() => ask(api.GET('/v1/rooms/{room_id}/outside', { params: { path: { room_id: props.room.id } } })))
  const all = (): string[] => [...new Set([props.room.host, ...props.room.servers])]
  const since = (server: string): string | null => ready(outside)?.servers.find((known) => known.server_name === server)?.unreachable_since ?? null
  const isDown = (server: string): boolean => since(server) !== null || (server === props.room.host && !props.room.host_reachable)
  const said = (server: string): string => {
    if (server === live.me().server_name) return words().youHere
    return isDown(server) ? words().unreachable : words().reachable
  }
  return (
    <Popover anchor={props.anchor} label={words().servers} class="servers" onClose={props.onClose}>
      <h2>{words().servers}</h2>
      <ul tabindex="0">
        <For each={all()}>
          {(server) => (
            <li>
              <Show when={server !== live.me().server_name} fallback={<span class="server-mark" />}><span class="server-mark"><Icon of={Globe} size={16} /></span></Show>
              <span class="grow"><bdi>{server}</bdi><Show when={server === props.room.host}> <span class="badge-plain">{words().host}</span></Show></span>
              <span class="small" classList={{ 'server-down': isDown(server), soft: !isDown(server) }} title={since(server) ? dates.moment(since(server) ?? '') : ''}>{said(server)}</span>
            </li>
          )}
        </For>
      </ul>
    </Popover>
  )
}
