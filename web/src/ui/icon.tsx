import type { LucideIcon } from 'lucide-solid'
import type { JSX } from 'solid-js'
import { render } from 'solid-js/web'

const drawn = new Map<LucideIcon, Map<number, Element>>()

function draw(icon: LucideIcon, size: number): Element {
  const host = document.createElement('span')
  const dispose = render(() => icon({ size, 'aria-hidden': 'true' }), host)
  const made = (host.firstElementChild as Element).cloneNode(true) as Element
  dispose()
  return made
}

/** An icon that says nothing that the words beside it do not. Drawn once and copied after that: rows by the thousand have one. */
export function Icon(props: { of: LucideIcon; size: number }): JSX.Element {
  const sizes = drawn.get(props.of) ?? new Map<number, Element>()
  drawn.set(props.of, sizes)
  const known = sizes.get(props.size) ?? draw(props.of, props.size)
  sizes.set(props.size, known)
  return known.cloneNode(true)
}
