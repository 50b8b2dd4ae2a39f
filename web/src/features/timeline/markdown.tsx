import { createMemo, For, type JSX, Match, Show, Switch } from 'solid-js'
import { Dynamic } from 'solid-js/web'
import { localized } from '../../ui'
import { type Node, parse } from './markdown-tree'

const words = localized({ en: { truncated: 'Shown in part: it is very long.' }, nl: { truncated: 'Deels getoond: het is heel lang.' }, de: { truncated: 'Teilweise gezeigt: sehr lang.' } })

/** Longer texts are read as they are: nobody formats them, and parsing them would take a moment. */
const FORMATTED_MAX = 20_000
const SHOWN_MAX = 65_536

const TAGS: Record<string, string> = {
  paragraph: 'p', bullet_list: 'ul', ordered_list: 'ol', list_item: 'li', blockquote: 'blockquote', strong: 'strong', em: 'em', s: 's',
  heading: 'p', table: 'table', thead: 'thead', tbody: 'tbody', tr: 'tr', th: 'th', td: 'td',
}

/** How a piece of plain text is drawn: mentions and the like. */
export type DrawText = (text: string) => JSX.Element

/** Text as people write it, as nodes: nothing in it can become anything but text, a link or a form of text. */
export function Markdown(props: { text: string; drawText: DrawText }): JSX.Element {
  const nodes = createMemo(() => (props.text.length > FORMATTED_MAX ? undefined : parse(props.text)))
  return (
    <Show when={nodes()} fallback={<p class="md-plain">{props.text.slice(0, SHOWN_MAX)}<Show when={props.text.length > SHOWN_MAX}> <em>{words().truncated}</em></Show></p>}>
      {(known) => <Nodes nodes={known()} drawText={props.drawText} />}
    </Show>
  )
}

function Nodes(props: { nodes: readonly Node[]; drawText: DrawText }): JSX.Element {
  return <For each={props.nodes}>{(node) => <OneNode node={node} drawText={props.drawText} />}</For>
}

function OneNode(props: { node: Node; drawText: DrawText }): JSX.Element {
  const inside = (): JSX.Element => <Nodes nodes={props.node.children} drawText={props.drawText} />
  return (
    <Switch fallback={inside()}>
      <Match when={props.node.kind === 'text'}>{props.drawText(props.node.text)}</Match>
      <Match when={props.node.kind === 'softbreak' || props.node.kind === 'hardbreak'}><br /></Match>
      <Match when={props.node.kind === 'hr'}><hr /></Match>
      <Match when={props.node.kind === 'code_inline'}><code>{props.node.text}</code></Match>
      <Match when={props.node.kind === 'fence' || props.node.kind === 'code_block'}>
        <pre tabindex="0"><code>{props.node.text.replace(/\n$/, '')}</code></pre>
      </Match>
      <Match when={props.node.kind === 'link' && props.node.href}>
        {(href) => <a href={href()} target="_blank" rel="noopener noreferrer nofollow">{inside()}</a>}
      </Match>
      <Match when={props.node.kind === 'heading'}><p><strong>{inside()}</strong></p></Match>
      <Match when={TAGS[props.node.kind]}>{(tag) => <Dynamic component={tag()}>{inside()}</Dynamic>}</Match>
    </Switch>
  )
}
