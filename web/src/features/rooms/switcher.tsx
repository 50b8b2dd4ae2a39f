import { useNavigate } from '@solidjs/router'
import Hash from 'lucide-solid/icons/hash'
import { createMemo, createSignal, For, type JSX, onMount, Show } from 'solid-js'
import type { RoomListItem } from '../../api'
import { useLive } from '../../sync'
import { Avatar } from '../../ui'
import { roomName } from './room-name'
import { words } from './words'

const SHOWN_MAX = 12

/** Rooms whose name has all letters typed, in order; those that begin with them first, then what is unread. */
function rank(name: string, typed: string): number {
  const at = name.toLocaleLowerCase().indexOf(typed.toLocaleLowerCase())
  if (at >= 0) return at === 0 ? 0 : 1
  let from = 0
  for (const letter of typed.toLocaleLowerCase()) {
    from = name.toLocaleLowerCase().indexOf(letter, from) + 1
    if (from === 0) return -1
  }
  return 2
}

/** Ctrl+K: jump to a room by a few letters. */
export function Switcher(props: { onClose: () => void }): JSX.Element {
  const live = useLive()
  const navigate = useNavigate()
  const [typed, setTyped] = createSignal('')
  const [at, setAt] = createSignal(0)
  let element: HTMLDialogElement | undefined
  onMount(() => element?.showModal())

  const found = createMemo(() => {
    const rooms = Object.values(live.state().rooms ?? {}).filter((room) => room.membership === 'join')
    const named = rooms.map((room) => ({ room, name: roomName(room, live.state(), live.me().server_name) }))
    const ranked = named.map((one) => ({ ...one, rank: rank(one.name, typed().trim()) })).filter((one) => one.rank >= 0)
    ranked.sort((left, right) => left.rank - right.rank || right.room.unread_count - left.room.unread_count || left.name.localeCompare(right.name))
    return ranked.slice(0, SHOWN_MAX)
  })

  const go = (room: RoomListItem | undefined): void => {
    if (!room) return
    element?.close()
    navigate(`/rooms/${room.id}`)
  }
  const key = (event: KeyboardEvent): void => {
    const by = { ArrowDown: 1, ArrowUp: -1 }[event.key]
    if (by) {
      event.preventDefault()
      setAt((at() + by + found().length) % Math.max(1, found().length))
    }
    if (event.key === 'Enter') go(found()[at()]?.room)
  }

  return (
    <dialog
      ref={element} class="dialog switcher" aria-label={words().switcher} onClose={() => props.onClose()}
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
        <ul role="listbox" id="switcher-list" aria-label={words().rooms}>
          <For each={found()}>
            {(one, n) => (
              <li id={`switch-${n()}`} role="option" aria-selected={n() === at()} class="switcher-line" onClick={() => go(one.room)} onPointerMove={() => setAt(n())}>
                <span class="side-icon"><Show when={one.room.dm_with} fallback={<Hash size={16} aria-hidden="true" />}>{(other) => <Avatar name={one.name} of={other()} size="small" />}</Show></span>
                <bdi class="grow truncate">{one.name}</bdi>
                <Show when={one.room.unread_count > 0}><span class="pill">{one.room.unread_count}</span></Show>
              </li>
            )}
          </For>
        </ul>
        <Show when={found().length === 0}><p class="switcher-empty soft" role="status">{words().noMatch}</p></Show>
      </div>
    </dialog>
  )
}
