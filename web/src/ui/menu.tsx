import { type JSX, Show } from 'solid-js'
import { Popover } from './popover'

/** A menu beside a button; arrows move in it. */
export function Menu(props: { anchor: HTMLElement; label: string; onClose: () => void; children: JSX.Element }): JSX.Element {
  const move = (event: KeyboardEvent & { currentTarget: HTMLElement }): void => {
    const items = [...event.currentTarget.querySelectorAll<HTMLElement>('[role="menuitem"]:not(:disabled)')]
    const at = items.indexOf(document.activeElement as HTMLElement)
    const next = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: items.length - 1 }[event.key]
    if (next === undefined) return
    event.preventDefault()
    items[(next + items.length) % items.length]?.focus()
  }
  return (
    <Popover anchor={props.anchor} label={props.label} role="menu" class="menu" onClose={props.onClose}>
      <div onKeyDown={move} role="none">{props.children}</div>
    </Popover>
  )
}

/** What may not be done is shown with its reason. */
export function MenuItem(props: { icon?: JSX.Element; danger?: boolean; refused?: string | undefined; onSelect: () => void; children: JSX.Element }): JSX.Element {
  return (
    <button
      type="button"
      role="menuitem"
      class="menu-item"
      classList={{ 'menu-item-danger': props.danger ?? false }}
      aria-disabled={props.refused ? true : undefined}
      onClick={() => {
        if (!props.refused) props.onSelect()
      }}
    >
      <span class="menu-icon" aria-hidden="true">{props.icon}</span>
      <span>
        {props.children}
        <Show when={props.refused}>{(reason) => <small class="menu-reason">{reason()}</small>}</Show>
      </span>
    </button>
  )
}
