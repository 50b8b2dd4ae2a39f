import { useLocation, useNavigate } from '@solidjs/router'
import { onCleanup, onMount } from 'solid-js'
import { tinykeys } from 'tinykeys'
import { nextRoom, sections, useOpenRoom } from '../features/rooms'
import { useLive } from '../sync'
import { locale } from '../ui'

/** Parts of the page, in the order in which F6 goes through them. */
const REGIONS = ['#sidebar a', '#main:not([inert]) #timeline', '#main:not([inert]) .composer-field', '#pane button']

/** Keys that work everywhere. */
export function useShortcuts(on: { onJump: () => void; onHelp: () => void }): void {
  const live = useLive()
  const navigate = useNavigate()
  const location = useLocation()
  const open = useOpenRoom()

  const move = (by: 1 | -1, unreadOnly: boolean) => (event: KeyboardEvent): void => {
    event.preventDefault()
    const { rooms, people } = sections(live.state().rooms ?? {}, new Intl.Collator(locale(), { numeric: true, sensitivity: 'base' }).compare)
    const next = nextRoom([...rooms, ...people], location.pathname.split('/')[2], by, unreadOnly)
    if (next) open(next)
  }
  const press = (work: () => void) => (event: KeyboardEvent): void => {
    event.preventDefault()
    work()
  }
  const nextRegion = (event: KeyboardEvent): void => {
    event.preventDefault()
    const regions = REGIONS.map((selector) => document.querySelector<HTMLElement>(selector)).filter((element) => element !== null)
    const at = regions.findIndex((region) => region === document.activeElement || region.closest('nav, .timeline, .composer, .pane')?.contains(document.activeElement))
    regions[(at + 1) % regions.length]?.focus()
  }

  onMount(() => {
    onCleanup(tinykeys(window, {
      '$mod+k': press(on.onJump),
      '$mod+/': press(on.onHelp),
      '$mod+Shift+F': press(() => navigate('/search')),
      '$mod+Shift+M': press(() => navigate('/mentions')),
      'Alt+ArrowDown': move(1, false),
      'Alt+ArrowUp': move(-1, false),
      'Alt+Shift+ArrowDown': move(1, true),
      'Alt+Shift+ArrowUp': move(-1, true),
      'F6': nextRegion,
    }))
  })
}
