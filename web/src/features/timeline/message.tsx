import Check from 'lucide-solid/icons/check'
import CircleAlert from 'lucide-solid/icons/circle-alert'
import Clock from 'lucide-solid/icons/clock'
import CornerUpLeft from 'lucide-solid/icons/corner-up-left'
import Paperclip from 'lucide-solid/icons/paperclip'
import Pin from 'lucide-solid/icons/pin'
import { createEffect, createMemo, createSignal, type JSX, Match, Show, Switch } from 'solid-js'
import type { RoomListItem } from '../../api'
import { type Line, quoteKey, useLive } from '../../sync'
import { Avatar, dates, Icon } from '../../ui'
import { attempt, reason } from '../failures'
import { handle, PersonName, type Role, RoleMark, rolesOf } from '../people'
import type { Arrival } from './arrivals'
import { DeliveryDetails } from './delivery'
import { Markdown } from './markdown'
import { plain } from './markdown-tree'
import { Reactions } from './reactions'
import { messageOf } from './rows'
import { TextWithMentions } from './text'
import { Toolbar } from './toolbar'
import { words } from './words'

/** Beyond this, a sender's clock that differs is told. */
const CLOCK_APART_MS = 2 * 60 * 1000

/** What the room keeps in sight. */
export interface Pinning {
  has: (id: string) => boolean
  /** Pins, or takes the pin away. */
  set: (line: Pick<Line, 'id' | 'room_id'>, pinned: boolean) => void
}

export interface MessageActions {
  pins: Pinning
  /** Where an own message is, as far as that was asked. */
  arrivalOf: (line: Line) => Arrival | undefined
  onReply: (line: Line) => void
  onThread: ((line: Line) => void) | undefined
  onEdit: (line: Line) => void
  /** Shows the message that another one answers. */
  onShow: (id: string) => void
}

export function Message(props: { line: Line; room: RoomListItem; leads: boolean; editing: boolean; flash: boolean; answered: Line | undefined; actions: MessageActions }): JSX.Element {
  const live = useLive()
  /** Most messages are only read: what can be done with one is drawn when somebody comes near it. */
  const [near, setNear] = createSignal(false)
  const content = createMemo(() => messageOf(props.line))
  const isGone = (): boolean => props.line.redacted_at !== null
  const isOwn = (): boolean => props.line.sender_id === live.me().fqid
  /** Two people have no roles. */
  const role = (): Role | undefined => (props.room.room_type === 'dm' ? undefined : rolesOf(live.state().members[props.room.id]).get(props.line.sender_id))
  const mentionsMe = (): boolean => !isOwn() && (content().mentions ?? []).some((who) => who === live.me().fqid || who === '@room')
  const isApart = (): boolean => props.line.seq !== null && Math.abs(Date.parse(props.line.created_at) - props.line.origin_ts_ms) > CLOCK_APART_MS
  return (
    <article
      onPointerOver={() => setNear(true)} onFocusIn={() => setNear(true)}
      class="message" tabindex="-1" data-event={props.line.id} id={`m-${props.line.id}`}
      aria-label={`${props.line.sender.display_name}, ${dates.time(props.line.created_at)}`}
      classList={{
        'message-leads': props.leads, 'message-mentions': mentionsMe(), 'message-local': props.line.local === 'sending',
        'message-failed': props.line.local === 'failed' || props.line.state === 'refused', 'message-editing': props.editing, 'message-flash': props.flash,
      }}
    >
      <div class="message-gutter">
        <Show when={props.leads} fallback={<time class="message-time-hover" datetime={props.line.created_at} title={near() ? dates.moment(props.line.created_at) : undefined}>{dates.time(props.line.created_at)}</time>}>
          <Avatar name={props.line.sender.display_name} of={props.line.sender_id} />
        </Show>
      </div>
      <div class="message-main">
        <Show when={props.leads}>
          <header class="message-head">
            <PersonName name={props.line.sender.display_name} fqid={props.line.sender_id} strong />
            <Show when={role()}>{(role) => <RoleMark role={role()} />}</Show>
            <Show when={props.actions.pins.has(props.line.id)}><span class="message-pin" role="img" aria-label={words().pinned} title={words().pinned}><Icon of={Pin} size={13} /></span></Show>
            <time class="soft small" datetime={props.line.created_at} title={isApart() ? words().sentByClock(dates.moment(props.line.origin_ts_ms)) : dates.moment(props.line.created_at)}>
              {dates.time(props.line.created_at)}<Show when={isApart()}> ⚠</Show>
            </time>
          </header>
        </Show>
        <Show when={content().reply_to_event_id && content().reply_to_event_id !== content().thread_root ? content().reply_to_event_id : undefined}>
          {(id) => <Quote room={props.room.id} id={id()} answered={props.answered} onShow={() => props.actions.onShow(id())} />}
        </Show>
        <Switch fallback={<Body line={props.line} />}>
          <Match when={isGone()}>
            <p class="message-gone">{props.line.redacted_by && props.line.redacted_by !== props.line.sender_id ? words().redactedBy(handle(props.line.redacted_by, live.me().server_name)) : words().redacted}</p>
          </Match>
          <Match when={props.line.hidden_by_you}><p class="message-gone">{words().hidden}</p></Match>
        </Switch>
        <Show when={hasMore(props.line)}>
          <Show when={props.line.reactions.length > 0 && !isGone()}><Reactions line={props.line} refused={undefined} /></Show>
          <Show when={props.line.reply_count > 0 && props.actions.onThread}>
            {(open) => <button type="button" class="replies" onClick={() => open()(props.line)}>{words().replies(props.line.reply_count)}</button>}
          </Show>
          <Trouble line={props.line} />
        </Show>
      </div>
      <Mark line={props.line} room={props.room} own={isOwn()} arrivalOf={props.actions.arrivalOf} />
      <Show when={near() && !isGone() && !props.line.local && !props.line.hidden_by_you && props.line.state !== 'refused'}>
        <Toolbar line={props.line} room={props.room} actions={props.actions} />
      </Show>
    </article>
  )
}

/** Most messages are text and nothing else. */
function hasMore(line: Line): boolean {
  return line.reactions.length > 0 || line.reply_count > 0 || line.local === 'failed' || Boolean(line.refused)
}

/** What a message answers. What stands in no timeline here is fetched. */
function Quote(props: { room: string; id: string; answered: Line | undefined; onShow: () => void }): JSX.Element {
  const live = useLive()
  const quoted = createMemo(() => props.answered ?? live.state().quoted[quoteKey(props.room, props.id)])
  createEffect(() => {
    if (quoted() === undefined && live.connection().phase === 'live') live.quote(props.room, props.id)
  })
  const said = (line: Line): string => (line.hidden_by_you ? words().hidden : plain(messageOf(line).body) || words().redacted)
  return (
    <Show when={quoted() !== null} fallback={<p class="quote quote-gone"><CornerUpLeft size={14} aria-hidden="true" /> {words().quoteGone}</p>}>
      <button type="button" class="quote" onClick={() => props.onShow()}>
        <Icon of={CornerUpLeft} size={14} />
        <Show when={quoted()} fallback={<span>…</span>}>
          {(line) => <><strong><bdi>{line().sender.display_name}</bdi></strong> <bdi class="truncate">{said(line())}</bdi></>}
        </Show>
      </button>
    </Show>
  )
}

function Body(props: { line: Line }): JSX.Element {
  const content = createMemo(() => messageOf(props.line))
  /** Most texts name nobody. */
  const drawText = (text: string): JSX.Element => ((content().mentions ?? []).length > 0 ? <TextWithMentions text={text} mentions={content().mentions ?? []} /> : text)
  const files = (): { name: string }[] => ((props.line.content as unknown as { media?: { name: string }[] }).media ?? [])
  return (
    <div class="message-body" classList={{ 'message-does': content().msgtype === 'swp.emote' }} dir="auto">
      <Show when={content().msgtype === 'swp.emote'}><bdi class="message-emote">{props.line.sender.display_name}</bdi></Show>
      <Show when={content().msgtype === 'swp.code'} fallback={<Markdown text={content().body} drawText={drawText} />}>
        <pre tabindex="0"><code>{content().body}</code></pre>
      </Show>
      <Show when={files().length > 0}>
        <p class="message-files soft small"><Paperclip size={14} aria-hidden="true" /> {files().map((file) => file.name).join(', ')} – {words().fileUnavailable}</p>
      </Show>
      <Show when={props.line.edited_at}>{(when) => <span class="message-edited" title={dates.moment(when())}>({words().edited})</span>}</Show>
    </div>
  )
}

/** What went wrong with an own message, and what can be done. */
function Trouble(props: { line: Line }): JSX.Element {
  const live = useLive()
  return (
    <>
      <Show when={props.line.refused}>
        {(refused) => <p class="trouble" role="alert"><CircleAlert size={15} aria-hidden="true" /> {words().refused(reason(refused()))} <code>{refused().code}</code></p>}
      </Show>
      <Show when={props.line.local === 'failed'}>
        <p class="trouble" role="alert">
          <CircleAlert size={15} aria-hidden="true" /> {words().failed}: {props.line.failure && reason(props.line.failure)}
          <span class="trouble-actions">
            <button type="button" class="link" onClick={() => live.outbox.retry(props.line)}>{words().retry}</button>
            <button type="button" class="link" onClick={() => live.outbox.discard(props.line)}>{words().discard}</button>
            <button type="button" class="link" onClick={() => void attempt(navigator.clipboard.writeText(messageOf(props.line).body))}>{words().copy}</button>
          </span>
        </p>
      </Show>
    </>
  )
}

/** Where an own message is: being sent, waiting for the host, on the disks of how many servers. */
function Mark(props: { line: Line; room: RoomListItem; own: boolean; arrivalOf: MessageActions['arrivalOf'] }): JSX.Element {
  const [asking, setAsking] = createSignal<HTMLElement>()
  const isPending = (): boolean => props.line.state === 'pending' && !props.line.local
  const isShared = (): boolean => props.own && props.room.federated && props.line.state === 'sequenced' && !props.line.redacted_at
  return (
    <div class="message-mark">
      <Switch>
        <Match when={props.line.local === 'sending'}><span role="img" aria-label={words().sending} title={words().sending}><Clock size={14} aria-hidden="true" /></span></Match>
        <Match when={isPending()}><span class="mark-waiting" role="img" aria-label={words().waiting(props.room.host)} title={words().waiting(props.room.host)}><Icon of={Clock} size={14} /></span></Match>
        <Match when={isShared()}>
          <SharedMark arrival={props.arrivalOf(props.line)} onAsk={setAsking} />
          <Show when={asking()}>{(anchor) => <DeliveryDetails line={props.line} anchor={anchor()} onClose={() => setAsking(undefined)} />}</Show>
        </Match>
      </Switch>
    </div>
  )
}

/** How many servers have a message: counted where some lack it, named on hover, told in full when it is pressed. */
function SharedMark(props: { arrival: Arrival | undefined; onAsk: (anchor: HTMLElement) => void }): JSX.Element {
  const said = (): string => (props.arrival ? words().deliveredTo(props.arrival.has.length, props.arrival.has.length + props.arrival.lacks.length) : words().delivered)
  const names = (): string => (props.arrival ? [`${said()}: ${props.arrival.has.join(', ')}`, ...(props.arrival.lacks.length > 0 ? [words().notYetAt(props.arrival.lacks.join(', '))] : [])].join('\n') : said())
  return (
    <button type="button" class="mark-button" aria-label={said()} title={names()} onClick={(event) => props.onAsk(event.currentTarget)}>
      <Show when={props.arrival && props.arrival.lacks.length > 0 ? props.arrival : undefined}>{(is) => <span class="mark-count" data-count={`${is().has.length}/${is().has.length + is().lacks.length}`} aria-hidden="true" />}</Show>
      <Icon of={Check} size={14} />
    </button>
  )
}
