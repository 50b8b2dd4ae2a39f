import SmilePlus from 'lucide-solid/icons/face-slightly-smiling-plus'
import { createSignal, For, type JSX, Show, Suspense } from 'solid-js'
import { type Line, useLive } from '../../sync'
import { Icon, part, Popover, Spinner } from '../../ui'
import { attempt } from '../failures'
import { handle } from '../people'
import { react } from './model'
import { words } from './words'

/** With all emoji and their names: loaded when somebody first looks for one. */
const EmojiPicker = part(() => import('./emoji-picker').then((feature) => feature.default))

export function Reactions(props: { line: Line; refused: string | undefined }): JSX.Element {
  const live = useLive()
  const [picking, setPicking] = createSignal<HTMLElement>()
  const who = (reaction: Line['reactions'][number]): string => {
    const named = reaction.participants.map((fqid) => (fqid === live.me().fqid ? words().you : handle(fqid, live.me().server_name)))
    const rest = reaction.count - reaction.participants.length
    return [...named, ...(rest > 0 ? [words().others(rest)] : [])].join(', ')
  }
  return (
    <ul class="reactions">
      <For each={props.line.reactions}>
        {(reaction) => (
          <li>
            <button
              type="button" class="reaction" aria-pressed={reaction.me} title={words().reactedWith(reaction.emoji, who(reaction))}
              aria-label={`${reaction.emoji} ${reaction.count}`}
              onClick={() => void attempt(react(live, props.line, reaction.emoji, !reaction.me))}
            >
              <span aria-hidden="true">{reaction.emoji}</span> <span aria-hidden="true">{reaction.count}</span>
            </button>
          </li>
        )}
      </For>
      <li>
        <button type="button" class="reaction reaction-add" aria-label={words().react} title={words().react} aria-haspopup="dialog" onClick={(event) => setPicking(event.currentTarget)}>
          <Icon of={SmilePlus} size={15} />
        </button>
        <Show when={picking()}>{(anchor) => <PickReaction line={props.line} anchor={anchor()} onClose={() => setPicking(undefined)} />}</Show>
      </li>
    </ul>
  )
}

export function PickReaction(props: { line: Line; anchor: HTMLElement; onClose: () => void }): JSX.Element {
  const live = useLive()
  return (
    <Popover anchor={props.anchor} label={words().react} class="emoji-popover" onClose={props.onClose}>
      <Suspense fallback={<Spinner label={words().react} />}>
        <EmojiPicker onPicked={(emoji) => {
          props.onClose()
          const mine = props.line.reactions.some((reaction) => reaction.emoji === emoji && reaction.me)
          if (!mine) void attempt(react(live, props.line, emoji, true))
        }} />
      </Suspense>
    </Popover>
  )
}
