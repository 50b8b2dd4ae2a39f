import { useNavigate } from '@solidjs/router'
import ChevronRight from 'lucide-solid/icons/chevron-right'
import Globe from 'lucide-solid/icons/globe'
import Hash from 'lucide-solid/icons/hash'
import { createEffect, createMemo, createResource, createSignal, For, type JSX, onCleanup, onMount, Show } from 'solid-js'
import { api, ask, type RoomListItem } from '../../api'
import { useLive } from '../../sync'
import { Avatar, ready } from '../../ui'
import { attempt } from '../failures'
import { handle, parts, ServerChip } from '../people'
import { directWith } from './direct'
import { type Addressee, addressees } from './find'
import { rank, wishOf } from './rank'
import { otherServers, roomName, serverBeside } from './room-name'
import { words } from './words'

const SHOWN_MAX = 12
/** People to write to, below the rooms. */
const PEOPLE_MAX = 8
/** People are looked for when nobody has typed for this long. */
const TYPING_MS = 120

/** Something that can be done from anywhere, by its name. */
export interface PaletteCommand {
  name: string
  /** What it is pressed with otherwise. */
  keys?: string
  run: () => void
}

interface Entry {
  name: string
  room?: RoomListItem
  person?: Addressee
  keys?: string | undefined
  go: () => void
}

/** Ctrl+K: jump to a room by a few letters, write to somebody by their name, or do something by its name, behind a `>`. */
export function Switcher(props: { commands: readonly PaletteCommand[]; onClose: () => void }): JSX.Element {
  const live = useLive()
  const navigate = useNavigate()
  const [typed, setTyped] = createSignal('')
  const [at, setAt] = createSignal(0)
  let element: HTMLDialogElement | undefined
  /** Done when this is closed: it may open another dialog in its place. */
  let chosen: Entry | undefined
  onMount(() => element?.showModal())

  const wish = createMemo(() => wishOf(typed()))
  const rooms = (): Entry[] => {
    const joined = Object.values(live.state().rooms ?? {}).filter((room) => room.membership === 'join')
    const named = joined.map((room) => ({ room, name: roomName(room, live.state()) }))
    const ranked = named.map((one) => ({ ...one, rank: rank(one.name, wish().typed) })).filter((one) => one.rank >= 0)
    ranked.sort((left, right) => left.rank - right.rank || right.room.unread_count - left.room.unread_count || left.name.localeCompare(right.name))
    return ranked.slice(0, SHOWN_MAX).map(({ room, name }) => ({ room, name, go: () => navigate(`/rooms/${room.id}`) }))
  }
  const commands = (): Entry[] => {
    const ranked = props.commands.map((one) => ({ one, rank: rank(one.name, wish().typed) })).filter(({ rank }) => rank >= 0)
    return ranked.sort((left, right) => left.rank - right.rank).map(({ one }) => ({ name: one.name, keys: one.keys, go: one.run }))
  }
  const [sought, setSought] = createSignal('')
  createEffect(() => {
    const text = wish().kind === 'place' ? wish().typed : ''
    const timer = setTimeout(() => setSought(text), TYPING_MS)
    onCleanup(() => clearTimeout(timer))
  })
  // Who cannot be looked up is still found by their full name.
  const [directory] = createResource(sought, async (text) => ({ text, people: await ask(api.GET('/v1/directory/participants', { params: { query: { q: text.replace(/^@/u, ''), limit: PEOPLE_MAX, include_federated: true } } })).catch(() => []) }))
  /** None while it is looked for: what was found for other letters is no answer. */
  const known = createMemo(() => {
    const read = ready(directory)
    return read?.text === wish().typed ? read.people : undefined
  })
  const people = (listed: readonly Entry[]): Entry[] => {
    if (wish().typed === '') return []
    const dms = listed.flatMap((one) => one.room ?? [])
    return addressees(known() ?? [], wish().typed, live.me().fqid, dms).map((person) => ({ name: person.name, person, go: () => void attempt(write(person.fqid)) }))
  }
  const write = async (fqid: string): Promise<void> => navigate(`/rooms/${await directWith(live, fqid)}`)
  const places = (): Entry[] => {
    const listed = rooms()
    return [...listed, ...people(listed)]
  }
  const found = createMemo(() => (wish().kind === 'command' ? commands() : places()))
  const isLooking = (): boolean => wish().kind === 'place' && wish().typed !== '' && known() === undefined

  const go = (entry: Entry | undefined): void => {
    if (!entry) return
    chosen = entry
    element?.close()
  }
  const key = (event: KeyboardEvent): void => {
    const by = { ArrowDown: 1, ArrowUp: -1 }[event.key]
    if (by) {
      event.preventDefault()
      setAt((at() + by + found().length) % Math.max(1, found().length))
    }
    if (event.key === 'Enter') {
      // The key that chooses is none that presses a button of what opens.
      event.preventDefault()
      go(found()[at()])
    }
  }
  /** Beside a name that does not say it. */
  const otherServer = (one: Entry): string | undefined => (one.name === one.person?.fqid ? undefined : serverBeside(one.person?.fqid ?? one.room?.dm_with, live.me().server_name))

  return (
    <dialog
      ref={element} class="dialog switcher" aria-label={words().switcher} onClose={() => {
        props.onClose()
        chosen?.go()
      }}
      onClick={(event) => {
        if (event.target === element) element?.close()
      }}
    >
      <div class="switcher-inside">
        <input
          type="text" role="combobox" aria-expanded="true" aria-controls="switcher-list" aria-autocomplete="list" aria-label={words().switcher}
          aria-activedescendant={found()[at()] ? `switch-${at()}` : undefined} placeholder={words().switcher} autofocus autocomplete="off"
          onInput={(event) => {
            setTyped(event.currentTarget.value)
            setAt(0)
          }}
          onKeyDown={key}
        />
        <ul role="listbox" id="switcher-list" aria-label={wish().kind === 'command' ? words().commands : words().places}>
          <For each={found()}>
            {(one, n) => (
              <li id={`switch-${n()}`} role="option" aria-selected={n() === at()} class="switcher-line" onClick={() => go(one)} onPointerMove={() => setAt(n())}>
                <span class="side-icon"><Show when={one.room} fallback={<Show when={one.person} fallback={<ChevronRight size={16} aria-hidden="true" />}>{(person) => <Avatar name={one.name} of={person().fqid} size="small" />}</Show>}>{(room) => <Show when={room().dm_with} fallback={<Hash size={16} aria-hidden="true" />}>{(other) => <Avatar name={one.name} of={other()} size="small" />}</Show>}</Show></span>
                <span class="grow truncate truncate-name"><bdi>{one.name}</bdi><Show when={otherServer(one)}>{(server) => <ServerChip name={server()} />}</Show></span>
                <Show when={one.person}>{(person) => <span class="soft small switcher-new">{one.name === person().fqid ? words().message : handle(person().fqid, parts(person().fqid).server)}</span>}</Show>
                <Show when={one.room && !one.room.dm_with && otherServers(one.room, live.me().server_name).length > 0}><span class="side-globe"><Globe size={14} aria-hidden="true" /></span></Show>
                <Show when={one.room && one.room.unread_count > 0}><span classList={{ pill: (one.room?.mention_count ?? 0) > 0, 'switcher-count': !one.room?.mention_count }}>{one.room?.unread_count}</span></Show>
                <Show when={one.keys}>{(keys) => <kbd>{keys()}</kbd>}</Show>
              </li>
            )}
          </For>
        </ul>
        <Show when={found().length === 0 && !isLooking()}><p class="switcher-empty soft" role="status">{words().noMatch}</p></Show>
        <p class="switcher-hint soft small">{words().paletteHint}</p>
      </div>
    </dialog>
  )
}
