import { createMemo, For, type JSX } from 'solid-js'
import { inWords } from './said'

/** A text of the server, marked with the language that it is in; what it sets between backticks is a name of the program. */
export function Told(props: { text: string }): JSX.Element {
  const told = createMemo(() => inWords(props.text))
  const pieces = createMemo(() => told().text.split('`'))
  return <span lang={told().lang}><For each={pieces()}>{(piece, at) => (at() % 2 === 1 && at() < pieces().length - 1 ? <code>{piece}</code> : piece)}</For></span>
}
