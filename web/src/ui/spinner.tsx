import type { JSX } from 'solid-js'

export function Spinner(props: { label: string }): JSX.Element {
  return <span class="spinner" role="status" aria-label={props.label} />
}
