import { useNavigate } from '@solidjs/router'
import Plus from 'lucide-solid/icons/plus'
import Search from 'lucide-solid/icons/search'
import { createMemo, createSignal, type JSX, Show } from 'solid-js'
import { useLive } from '../../sync'
import { locale, Menu, MenuItem } from '../../ui'
import { sections, standsAlike } from './model'
import { Section } from './section'
import { words } from './words'

export type RoomDialog = 'create' | 'message' | 'browse'

export function Sidebar(props: { onJump: () => void; onDialog: (dialog: RoomDialog) => void; places: JSX.Element }): JSX.Element {
  const live = useLive()
  const [adding, setAdding] = createSignal<HTMLElement>()
  const collator = createMemo(() => new Intl.Collator(locale(), { numeric: true, sensitivity: 'base' }))
  // Most of what happens changes no room's place: nothing is sorted again for it.
  const all = createMemo(() => live.state().rooms ?? {}, {}, { equals: standsAlike })
  const shown = createMemo(() => sections(all(), (left, right) => collator().compare(left, right)))
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
        <h2 class="truncate truncate-name"><bdi>{live.me().tenant_name}</bdi></h2>
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
        {props.places}
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

/** Opens a room by keys. */
export function useOpenRoom(): (id: string) => void {
  const navigate = useNavigate()
  return (id) => navigate(`/rooms/${id}`)
}
