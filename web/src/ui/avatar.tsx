import type { JSX } from 'solid-js'
import { initials } from './initials'

const HUES = 8

/** A stable number for a text. */
function hash(text: string): number {
  let sum = 0
  for (const character of text) sum = (sum * 31 + (character.codePointAt(0) ?? 0)) >>> 0
  return sum
}

/** Letters on a colour: both follow from the name and the key. It says nothing that the name beside it does not. */
export function Avatar(props: { name: string; of: string; size?: 'small' | 'large'; square?: boolean }): JSX.Element {
  return (
    <span
      class={`avatar avatar-${hash(props.of) % HUES}`}
      classList={{ 'avatar-small': props.size === 'small', 'avatar-large': props.size === 'large', 'avatar-square': props.square ?? false }}
      aria-hidden="true"
      data-letters={initials(props.name)}
    />
  )
}
