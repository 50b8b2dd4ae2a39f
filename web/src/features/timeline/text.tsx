import { For, type JSX } from 'solid-js'
import { useLive } from '../../sync'
import { handle } from '../people'
import { pieces } from './mentions'

/** Plain text with its mentions. */
export function TextWithMentions(props: { text: string; mentions: readonly string[] }): JSX.Element {
  const live = useLive()
  return (
    <For each={pieces(props.text, props.mentions, live.me().server_name)}>
      {(piece) => (piece.who
        ? <bdi class="mention" classList={{ 'mention-me': piece.who === live.me().fqid || piece.who === '@room' }} title={piece.who}>{piece.who === '@room' ? piece.text : handle(piece.who, live.me().server_name)}</bdi>
        : piece.text)}
    </For>
  )
}
