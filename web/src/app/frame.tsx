import { A, useLocation, useNavigate } from '@solidjs/router'
import LogOut from 'lucide-solid/icons/log-out'
import MessageCircle from 'lucide-solid/icons/message-circle'
import Search from 'lucide-solid/icons/search'
import Settings from 'lucide-solid/icons/settings'
import ShieldCheck from 'lucide-solid/icons/shield-check'
import { createSignal, For, type JSX, Match, Show, Suspense, Switch } from 'solid-js'
import { useDraftSync } from '../features/composer'
import { Places } from '../features/inbox'
import { Notifications } from '../features/notifications'
import { PresenceDot } from '../features/people'
import { CreateRoom, NewMessage, PublicRooms, type RoomDialog, Sidebar, Switcher } from '../features/rooms'
import { useLive } from '../sync'
import { Avatar, dates, Dialog, Menu, MenuItem, Spinner } from '../ui'
import { usePalette } from './palette'
import { useShortcuts } from './shortcuts'
import { words } from './words'

/** Rail, sidebar and what is open: everything that stays while one goes from room to room. */
export function Frame(props: { onSignOut: () => void; children: JSX.Element }): JSX.Element {
  const live = useLive()
  const location = useLocation()
  const [dialog, setDialog] = createSignal<RoomDialog | 'switcher' | 'shortcuts'>()
  const close = (): void => {
    setDialog(undefined)
  }
  const palette = usePalette({ onDialog: setDialog, onSignOut: () => props.onSignOut() })
  useDraftSync()
  useShortcuts({ onJump: () => setDialog('switcher'), onHelp: () => setDialog('shortcuts') })
  return (
    <div class="frame" data-place={location.pathname === '/' ? 'list' : 'page'} data-phase={live.connection().phase}>
      <a class="skip" href="#main" onClick={(event) => {
        event.preventDefault()
        // On a narrow window the pane stands above the room, and is all that there is.
        document.querySelector<HTMLElement>('#main:not([inert]), #pane button')?.focus()
      }}>{words().skip}</a>
      <Rail onSignOut={props.onSignOut} onHelp={() => setDialog('shortcuts')} />
      <Sidebar onJump={() => setDialog('switcher')} onDialog={setDialog} places={<Places />} />
      <div class="stage">
        <ConnectionBar />
        <Notifications />
        <Suspense fallback={<main class="center"><Spinner label={words().loading} /></main>}>{props.children}</Suspense>
      </div>
      <Switch>
        <Match when={dialog() === 'switcher'}><Switcher commands={palette()} onClose={close} /></Match>
        <Match when={dialog() === 'create'}><CreateRoom onClose={close} /></Match>
        <Match when={dialog() === 'message'}><NewMessage onClose={close} /></Match>
        <Match when={dialog() === 'browse'}><PublicRooms onClose={close} /></Match>
        <Match when={dialog() === 'shortcuts'}><Shortcuts onClose={close} /></Match>
      </Switch>
    </div>
  )
}

function Rail(props: { onSignOut: () => void; onHelp: () => void }): JSX.Element {
  const live = useLive()
  const navigate = useNavigate()
  const [menu, setMenu] = createSignal<HTMLElement>()
  const go = (work: () => void) => () => {
    setMenu(undefined)
    work()
  }
  return (
    <nav class="rail" aria-label={words().rail}>
      <span class="rail-tenant" title={`${live.me().tenant_name} · ${live.me().server_name}`}><Avatar name={live.me().tenant_name} of={live.me().server_name} square /></span>
      <A href="/" class="rail-link" end classList={{ 'rail-link-chosen': useLocation().pathname === '/' || useLocation().pathname.startsWith('/rooms') }} activeClass=""><MessageCircle size={20} aria-hidden="true" /><span>{words().home}</span></A>
      <A href="/search" class="rail-link" activeClass="rail-link-chosen"><Search size={20} aria-hidden="true" /><span>{words().search}</span></A>
      <A href="/preferences" class="rail-link" activeClass="rail-link-chosen"><Settings size={20} aria-hidden="true" /><span>{words().settings}</span></A>
      <Show when={live.me().role === 'admin'}>
        <A href="/admin" class="rail-link" activeClass="rail-link-chosen"><ShieldCheck size={20} aria-hidden="true" /><span>{words().manage}</span></A>
      </Show>
      <button type="button" class="rail-me" aria-label={words().me(live.me().display_name)} title={live.me().fqid} aria-haspopup="menu" aria-expanded={menu() !== undefined} onClick={(event) => setMenu(menu() ? undefined : event.currentTarget)}>
        <Avatar name={live.me().display_name} of={live.me().fqid} />
        <span class="rail-dot"><PresenceDot presence={live.me().presence ?? (live.connection().phase === 'live' ? 'online' : undefined)} /></span>
      </button>
      <Show when={menu()}>
        {(anchor) => (
          <Menu anchor={anchor()} label={words().me(live.me().display_name)} onClose={() => setMenu(undefined)}>
            <p class="menu-who"><strong><bdi>{live.me().display_name}</bdi></strong><br /><bdi class="soft small">{live.me().fqid}</bdi></p>
            <MenuItem icon={<Settings size={16} />} onSelect={go(() => navigate('/preferences'))}>{words().preferences}</MenuItem>
            <MenuItem onSelect={go(props.onHelp)}>{words().shortcuts}</MenuItem>
            <MenuItem icon={<LogOut size={16} />} danger onSelect={go(props.onSignOut)}>{words().signOut}</MenuItem>
          </Menu>
        )}
      </Show>
    </nav>
  )
}

/** Says only what is not as it should be. */
function ConnectionBar(): JSX.Element {
  const live = useLive()
  const said = (): string | undefined => {
    const now = live.connection()
    const at = live.readAt()
    if (at !== undefined) return dates.daysAgo(at) === 0 ? words().offlineSince(dates.time(at)) : words().offlineSinceDay(dates.moment(at))
    if (now.phase === 'offline') return words().offline
    return now.phase === 'connecting' && now.failures > 0 ? words().connecting : undefined
  }
  return <Show when={said()}>{(text) => <p class="connection-bar" role="status">{text()}</p>}</Show>
}

function Shortcuts(props: { onClose: () => void }): JSX.Element {
  return (
    <Dialog title={words().shortcuts} onClose={props.onClose}>
      <dl class="shortcuts">
        <For each={words().keys.split('\n').map((line) => line.split('|'))}>{([keys, meaning]) => <div><dt><kbd>{keys}</kbd></dt><dd>{meaning}</dd></div>}</For>
      </dl>
    </Dialog>
  )
}
