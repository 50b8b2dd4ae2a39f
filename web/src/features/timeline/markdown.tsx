import { createMemo, type JSX, Show } from 'solid-js'
import { localized } from '../../ui'
import { type Node, otherPlace, parse } from './markdown-tree'

const words = localized({ en: { truncated: 'Shown in part: it is very long.' }, nl: { truncated: 'Deels getoond: het is heel lang.' }, de: { truncated: 'Teilweise gezeigt: sehr lang.' } })

/** Longer texts are read as they are: nobody formats them, and parsing them would take a moment. */
const FORMATTED_MAX = 20_000
const SHOWN_MAX = 65_536
/** Texts that are kept parsed. */
const TREES_MAX = 1000

/** How a piece of plain text is drawn: mentions and the like. */
export type DrawText = (text: string) => JSX.Element

/** Text as people write it, as nodes: nothing in it can become anything but text, a link or a form of text. */
export function Markdown(props: { text: string; drawText: DrawText }): JSX.Element {
  const isPlain = (): boolean => props.text.length > FORMATTED_MAX
  const drawn = createMemo(() => (isPlain() ? undefined : all(treeOf(props.text), props.drawText)))
  return (
    <Show when={isPlain()} fallback={drawn()}>
      <p class="md-plain">{props.text.slice(0, SHOWN_MAX)}<Show when={props.text.length > SHOWN_MAX}> <em>{words().truncated}</em></Show></p>
    </Show>
  )
}

const trees = new Map<string, readonly Node[]>()

/** Whoever comes back to a room sees the texts of before: they are not parsed again. */
function treeOf(text: string): readonly Node[] {
  const known = trees.get(text)
  if (known) return known
  const fresh = parse(text)
  const oldest = trees.size < TREES_MAX ? undefined : trees.keys().next().value
  if (oldest !== undefined) trees.delete(oldest)
  trees.set(text, fresh)
  return fresh
}

/** A text is drawn once, and anew when it was edited: nothing within it changes by itself, so these are no components. */
function all(nodes: readonly Node[], drawText: DrawText): JSX.Element[] {
  return nodes.map((node) => one(node, drawText))
}

/** Whoever reads one address and would come to another is told. */
function link(href: string, inside: JSX.Element, place: string | undefined): JSX.Element {
  const drawn = <a href={href} title={href} target="_blank" rel="noopener noreferrer nofollow">{inside}</a>
  return place === undefined ? drawn : [drawn, <span class="md-place"> (<bdi>{place}</bdi>)</span>]
}

function one(node: Node, drawText: DrawText): JSX.Element {
  if (node.kind === 'text') return drawText(node.text)
  const { text, href } = node
  const inside = all(node.children, drawText)
  switch (node.kind) {
    case 'softbreak':
    case 'hardbreak':
      return <br />
    case 'hr':
      return <hr />
    case 'code_inline':
      return <code>{text}</code>
    case 'fence':
    case 'code_block': {
      const lines = text.replace(/\n$/, '')
      return <pre tabindex="0"><code>{lines}</code></pre>
    }
    case 'link':
      return href ? link(href, inside, otherPlace(node)) : inside
    case 'heading':
      return <p><strong>{inside}</strong></p>
    case 'paragraph':
      return <p>{inside}</p>
    case 'strong':
      return <strong>{inside}</strong>
    case 'em':
      return <em>{inside}</em>
    case 's':
      return <s>{inside}</s>
    case 'blockquote':
      return <blockquote>{inside}</blockquote>
    case 'bullet_list':
      return <ul>{inside}</ul>
    case 'ordered_list':
      return <ol>{inside}</ol>
    case 'list_item':
      return <li>{inside}</li>
    case 'table':
      return <table>{inside}</table>
    case 'thead':
      return <thead>{inside}</thead>
    case 'tbody':
      return <tbody>{inside}</tbody>
    case 'tr':
      return <tr>{inside}</tr>
    case 'th':
      return <th>{inside}</th>
    case 'td':
      return <td>{inside}</td>
    default:
      return inside
  }
}
