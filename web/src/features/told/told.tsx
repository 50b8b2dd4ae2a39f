import { createMemo, type JSX } from 'solid-js'
import { inWords } from './said'

/** A text of the server, marked with the language that it is in. */
export function Told(props: { text: string }): JSX.Element {
  const told = createMemo(() => inWords(props.text))
  return <span lang={told().lang}>{told().text}</span>
}
