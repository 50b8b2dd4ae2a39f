import Ellipsis from 'lucide-solid/icons/ellipsis'
import Flag from 'lucide-solid/icons/flag'
import MessageSquareText from 'lucide-solid/icons/message-square-text'
import Pin from 'lucide-solid/icons/pin'
import PinOff from 'lucide-solid/icons/pin-off'
import Pencil from 'lucide-solid/icons/pencil'
import Reply from 'lucide-solid/icons/reply'
import SmilePlus from 'lucide-solid/icons/face-slightly-smiling-plus'
import Trash from 'lucide-solid/icons/trash'
import Copy from 'lucide-solid/icons/copy'
import { createResource, createSignal, type JSX, Show, Suspense } from 'solid-js'
import { api, ask, type RoomListItem } from '../../api'
import { type Line, useLive } from '../../sync'
import { Dialog, Menu, MenuItem } from '../../ui'
import { attempt } from '../failures'
import { MODERATES } from '../people'
import { ReportMessage } from '../reports'
import type { MessageActions } from './message'
import { react, redact } from './model'
import { PickReaction } from './reactions'
import { messageOf } from './rows'
import { words } from './words'

const QUICK = ['👍', '❤️', '😂', '🎉']

/** Shown where the pointer is, and while something in the message has the focus. */
export function Toolbar(props: { line: Line; room: RoomListItem; actions: MessageActions }): JSX.Element {
  const live = useLive()
  const [menu, setMenu] = createSignal<HTMLElement>()
  const [picking, setPicking] = createSignal<HTMLElement>()
  const [removing, setRemoving] = createSignal(false)
  const [reporting, setReporting] = createSignal(false)
  const isOwn = (): boolean => props.line.sender_id === live.me().fqid
  const has = (emoji: string): boolean => props.line.reactions.some((reaction) => reaction.emoji === emoji && reaction.me)
  const isPinned = (): boolean => props.actions.pins.has(props.line.id)
  /** A room may have chosen a level of its own; asked for only where it makes a difference. */
  const [settings] = createResource(() => menu() !== undefined && props.room.power_level < MODERATES, () => ask(api.GET('/v1/rooms/{room_id}/settings', { params: { path: { room_id: props.room.id } } })))
  const pinLevel = (): number => (settings.state === 'ready' ? settings()?.levels?.['swp.room.pin'] : undefined) ?? MODERATES
  const from = (work: () => void) => () => {
    setMenu(undefined)
    work()
  }
  return (
    <div class="toolbar" role="group" aria-label={words().toolbar} classList={{ 'toolbar-held': menu() !== undefined || picking() !== undefined }}>
      <button type="button" class="icon-button toolbar-quick" aria-pressed={has('👍')} aria-label={`${words().react}: 👍`} title={`${words().react}: 👍`} onClick={() => void attempt(react(live, props.line, '👍', !has('👍')))}>
        <span aria-hidden="true">👍</span>
      </button>
      <button type="button" class="icon-button" aria-label={words().react} title={words().react} aria-haspopup="dialog" onClick={(event) => setPicking(event.currentTarget)}><SmilePlus size={17} aria-hidden="true" /></button>
      <button type="button" class="icon-button" aria-label={words().reply} title={words().reply} onClick={() => props.actions.onReply(props.line)}><Reply size={17} aria-hidden="true" /></button>
      <Show when={props.actions.onThread}>
        {(open) => <button type="button" class="icon-button" aria-label={words().thread} title={words().thread} onClick={() => open()(props.line)}><MessageSquareText size={17} aria-hidden="true" /></button>}
      </Show>
      <Show when={isOwn()}><button type="button" class="icon-button toolbar-edit" aria-label={words().edit} title={words().edit} onClick={() => props.actions.onEdit(props.line)}><Pencil size={16} aria-hidden="true" /></button></Show>
      <button type="button" class="icon-button" aria-label={words().more} title={words().more} aria-haspopup="menu" aria-expanded={menu() !== undefined} onClick={(event) => setMenu(menu() ? undefined : event.currentTarget)}><Ellipsis size={17} aria-hidden="true" /></button>
      <Show when={picking()}>{(anchor) => <PickReaction line={props.line} anchor={anchor()} onClose={() => setPicking(undefined)} />}</Show>
      <Show when={menu()}>
        {(anchor) => (
          <Menu anchor={anchor()} label={words().more} onClose={() => setMenu(undefined)}>
            <div class="quick-reactions" role="none">
              {QUICK.map((emoji) => <button type="button" role="menuitem" class="emoji" aria-label={`${words().react}: ${emoji}`} onClick={from(() => void attempt(react(live, props.line, emoji, !has(emoji))))}>{emoji}</button>)}
            </div>
            <MenuItem icon={<Pencil size={16} />} refused={isOwn() ? undefined : words().notYours} onSelect={from(() => props.actions.onEdit(props.line))}>{words().edit}</MenuItem>
            <MenuItem icon={isPinned() ? <PinOff size={16} /> : <Pin size={16} />} refused={props.room.power_level >= pinLevel() ? undefined : words().pinNeeds} onSelect={from(() => props.actions.pins.set(props.line, !isPinned()))}>{isPinned() ? words().unpin : words().pin}</MenuItem>
            <MenuItem icon={<Copy size={16} />} onSelect={from(() => void attempt(navigator.clipboard.writeText(messageOf(props.line).body)))}>{words().copy}</MenuItem>
            <Show when={!isOwn()}>
              <MenuItem icon={<Flag size={16} />} refused={props.room.room_type === 'dm' ? words().noReport : undefined} onSelect={from(() => setReporting(true))}>{words().report}</MenuItem>
            </Show>
            <MenuItem icon={<Trash size={16} />} danger refused={isOwn() || props.room.power_level >= MODERATES ? undefined : words().notYours} onSelect={from(() => setRemoving(true))}>{words().remove}</MenuItem>
          </Menu>
        )}
      </Show>
      <Show when={reporting()}>
        <Suspense><ReportMessage line={props.line} text={messageOf(props.line).body} room={props.room} onClose={() => setReporting(false)} /></Suspense>
      </Show>
      <Show when={removing()}>
        <Dialog title={words().confirmRemove} onClose={() => setRemoving(false)}>
          <blockquote class="remove-quote">{messageOf(props.line).body}</blockquote>
          <div class="form-actions">
            <button type="button" class="button button-danger" onClick={() => {
              setRemoving(false)
              void attempt(redact(props.line))
            }}>{words().remove}</button>
          </div>
        </Dialog>
      </Show>
    </div>
  )
}
