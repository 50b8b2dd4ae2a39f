import { autoUpdate, computePosition, flip, offset, type Placement, shift } from '@floating-ui/dom'
import { createEffect, type JSX, onCleanup, onMount } from 'solid-js'
import { Portal } from 'solid-js/web'

/** Something that floats beside `anchor` until Escape, or a click elsewhere. */
export function Popover(props: {
  anchor: HTMLElement
  placement?: Placement
  label: string
  role?: 'menu' | 'dialog' | 'listbox'
  class?: string
  onClose: () => void
  children: JSX.Element
}): JSX.Element {
  let element: HTMLDivElement | undefined
  // Whoever closes it may have forgotten the anchor before the focus goes back there.
  const anchor = props.anchor

  createEffect(() => {
    const floating = element
    if (!floating) return
    const place = (): void => {
      const middleware = [offset(6), flip({ padding: 8 }), shift({ padding: 8 })]
      void computePosition(anchor, floating, { placement: props.placement ?? 'bottom-end', strategy: 'fixed', middleware })
        .then(({ x, y }) => floating.style.setProperty('transform', `translate(${Math.round(x)}px, ${Math.round(y)}px)`))
    }
    onCleanup(autoUpdate(anchor, floating, place))
  })

  const away = (event: PointerEvent): void => {
    const target = event.target as Node
    if (!element?.contains(target) && !anchor.contains(target)) props.onClose()
  }
  const key = (event: KeyboardEvent): void => {
    if (event.key !== 'Escape') return
    event.stopPropagation()
    props.onClose()
    anchor.focus()
  }
  onMount(() => {
    document.addEventListener('pointerdown', away)
    document.addEventListener('keydown', key, true)
    element?.querySelector<HTMLElement>('[autofocus], button, input, [tabindex="0"]')?.focus()
  })
  onCleanup(() => {
    document.removeEventListener('pointerdown', away)
    document.removeEventListener('keydown', key, true)
  })

  return (
    <Portal mount={anchor.closest('main, nav, aside, dialog') ?? document.body} ref={(layer) => layer.classList.add('layer')}>
      <div ref={element} class={`popover ${props.class ?? ''}`} role={props.role ?? 'dialog'} aria-label={props.label}>
        {props.children}
      </div>
    </Portal>
  )
}
