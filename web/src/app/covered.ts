import { type Accessor, createEffect, createSignal, on, onCleanup } from 'solid-js'

/** Where the pane at the side covers the room (`style.css`). */
const NARROW = window.matchMedia('(max-width: 900px)')

export function isNarrow(): boolean {
  return NARROW.matches
}

/**
 * Leads the focus into the pane where it covers the room, and back to what opened it when it is closed. True
 * while the room is covered: nothing in it may have the focus then.
 */
export function useCovered(pane: Accessor<string | undefined>, room: Accessor<HTMLElement | undefined>): Accessor<boolean> {
  const [narrow, setNarrow] = createSignal(NARROW.matches)
  const covered = (): boolean => pane() !== undefined && narrow()
  /** What had the focus last in the room itself; not a menu's line, which is gone by then. */
  let before: HTMLElement | undefined
  let waiting: MutationObserver | undefined

  const changed = (): void => {
    setNarrow(NARROW.matches)
  }
  NARROW.addEventListener('change', changed)
  const remember = ({ target }: FocusEvent): void => {
    if (target instanceof HTMLElement && target.closest('.room-main') && !target.closest('.popover')) before = target
  }
  document.addEventListener('focusin', remember)

  const enter = (): boolean => {
    const first = room()?.querySelector<HTMLElement>('#pane .pane-head button')
    first?.focus()
    return first !== undefined && first !== null
  }
  // A pane that is not part of the first load comes later.
  const enterSoon = (): void => {
    if (enter()) return
    waiting = new MutationObserver(() => {
      if (enter()) waiting?.disconnect()
    })
    const element = room()
    if (element) waiting.observe(element, { childList: true, subtree: true })
  }
  createEffect(on([pane, narrow], ([now], was) => {
    waiting?.disconnect()
    if (covered()) queueMicrotask(enterSoon)
    // Whoever has gone on elsewhere stays there.
    else if (!now && was?.[0] && document.activeElement === document.body && before?.isConnected) before.focus()
  }))
  onCleanup(() => {
    NARROW.removeEventListener('change', changed)
    document.removeEventListener('focusin', remember)
    waiting?.disconnect()
  })
  return covered
}
