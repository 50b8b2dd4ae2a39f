import SendHorizontal from 'lucide-solid/icons/send-horizontal'
import Smile from 'lucide-solid/icons/face-slightly-smiling'
import X from 'lucide-solid/icons/x'
import { createEffect, createMemo, createResource, createSignal, createUniqueId, For, type JSX, on, onCleanup, Show, Suspense } from 'solid-js'
import { type MessageContent, type RoomListItem } from '../../api'
import { type Line, useLive } from '../../sync'
import { Avatar, Dialog, Icon, part, Popover, say, Spinner } from '../../ui'
import { attempt, reasonOf } from '../failures'
import { PersonName } from '../people'
import { roomName } from '../rooms'
import { edit, EmojiPicker as Lazy, emojiData, messageOf, plain } from '../timeline'
import { type Command, COMMANDS, complete, read } from './commands'
import { drafts } from './drafts'
import { MARKS, SHIFTED_MARKS, toggleMark } from './marks'
import { emojiAt, mentionAt, mentions, pieces, reach, type Suggestion, suggest } from './model'
import { run } from './run-command'
import { words } from './words'

const EmojiPicker = part(Lazy)
/** The server forgets after 4 s that somebody writes; so it is told again before. */
const TYPING_AGAIN_MS = 3000
const EMOJI_MAX = 8
const BODY_BYTES_MAX = 60_000

export interface ComposerProps {
  room: RoomListItem
  /** The thread that is answered, by its first message. */
  thread?: string
  replying: Line | undefined
  editing: Line | undefined
  onDone: () => void
  /** Asks whether to leave the room. */
  onLeave: () => void
  /** ↑ in an empty field. */
  onEditLast: () => void
}

/** Browsers that do not know it must be told how high the field is. */
const FITS_ITSELF = CSS.supports('field-sizing', 'content')

export function Composer(props: ComposerProps): JSX.Element {
  const live = useLive()
  const why = createMemo(() => {
    const { state, frozen, membership } = props.room
    if (membership !== 'join') return words().notMember
    if (state === 'archived') return words().archived
    if (state === 'closed') return words().closed
    return frozen ? words().frozen(frozen) : undefined
  })
  return (
    <footer class="composer">
      <Show when={!why()} fallback={<p class="composer-shut">{why()}</p>}>
        <Field {...props} />
      </Show>
      <Writing room={props.room.id} home={live.me().server_name} />
    </footer>
  )
}

function Field(props: ComposerProps): JSX.Element {
  const live = useLive()
  const list = createUniqueId()
  const place = (): string => (props.thread ? `${props.room.id}.${props.thread}` : props.room.id)
  const [text, setText] = createSignal(drafts.read(place()))
  const [caret, setCaret] = createSignal(0)
  const [chosen, setChosen] = createSignal(0)
  const [dismissed, setDismissed] = createSignal(false)
  const [picking, setPicking] = createSignal<HTMLElement>()
  const [helping, setHelping] = createSignal(false)
  /** Why a command was not carried out. */
  const [wrong, setWrong] = createSignal<string>()
  let field: HTMLTextAreaElement | undefined
  let overlay: HTMLElement | undefined
  let toldAt = 0

  const members = createMemo(() => live.state().members[props.room.id] ?? [])
  const home = (): string => live.me().server_name
  const typed = createMemo(() => (dismissed() ? undefined : mentionAt(text(), caret())))
  const found = createMemo<Suggestion[]>(() => {
    const at = typed()
    if (!at) return []
    const people = suggest(members(), at.typed, live.me().fqid, home())
    const all = { handle: '@room', fqid: '@room', name: words().everybody }
    return 'room'.startsWith(at.typed) && at.typed ? [...people, all] : people
  })
  const commands = createMemo<Command[]>(() => (dismissed() || props.editing ? [] : complete(text(), caret())))
  const coded = createMemo(() => (dismissed() ? undefined : emojiAt(text(), caret())))
  // Loaded by the first colon that may begin one.
  const [known] = createResource(() => coded() !== undefined || undefined, emojiData)
  const emoji = createMemo(() => {
    const at = coded()
    return at && known.state === 'ready' ? known().findByCode(at.typed, EMOJI_MAX) : []
  })
  const offered = (): number => found().length + commands().length + emoji().length
  /** Drawn below the field when somebody is spoken to in it. */
  const spoken = createMemo(() => {
    const drawn = pieces(text(), members(), home())
    return drawn.some((piece) => piece.token) ? drawn : undefined
  })
  const isToAll = createMemo(() => mentions(text(), members(), home()).includes('@room'))

  const fit = (): void => {
    if (!field || FITS_ITSELF) return
    field.style.setProperty('height', 'auto')
    field.style.setProperty('height', `${Math.min(field.scrollHeight, 240)}px`)
  }
  const write = (value: string, at = value.length): void => {
    setText(value)
    queueMicrotask(() => {
      field?.setSelectionRange(at, at)
      setCaret(at)
      fit()
    })
  }

  // Editing puts the message into the field; what was there comes back afterwards.
  createEffect(on(() => props.editing, (line) => {
    write(line ? messageOf(line).body : drafts.read(place()))
    if (line) field?.focus()
  }, { defer: true }))
  /** What was written on another device. Never into what is being written here. */
  const takeUp = (): void => {
    const kept = drafts.read(place())
    const writing = document.hasFocus() && document.activeElement === field && text() !== ''
    if (props.editing || writing || kept === text()) return
    setText(kept)
    queueMicrotask(fit)
  }
  createEffect(on(drafts.changed, takeUp, { defer: true }))
  createEffect(on(() => props.replying, (line) => {
    if (line) field?.focus()
  }))
  onCleanup(() => {
    if (toldAt) live.typing(props.room.id, false)
  })

  /** A message that is edited is no draft. */
  const keep = (value: string): void => {
    if (!props.editing) drafts.write(place(), value)
  }

  const input = (value: string): void => {
    setText(value)
    setDismissed(false)
    setWrong(undefined)
    setChosen(0)
    setCaret(field?.selectionStart ?? value.length)
    fit()
    keep(value)
    const now = Date.now()
    if (value && now - toldAt > TYPING_AGAIN_MS) {
      toldAt = now
      live.typing(props.room.id, true)
    }
  }

  /** Writes for somebody, who goes on after it. */
  const fill = (value: string, at = value.length): void => {
    write(value, at)
    keep(value)
    field?.focus()
  }

  const take = (suggestion: Suggestion): void => {
    const at = typed()
    if (!at) return
    const before = `${text().slice(0, at.from)}${suggestion.handle} `
    fill(before + text().slice(caret()), before.length)
  }

  const takeEmoji = (picture: string): void => {
    const at = coded()
    if (!at) return
    const before = `${text().slice(0, at.from)}${picture} `
    fill(before + text().slice(caret()), before.length)
  }

  const takeCommand = (command: Command): void => {
    fill(`/${command} `)
  }

  const takeChosen = (): void => {
    const [person, command, picture] = [found()[chosen()], commands()[chosen()], emoji()[chosen()]]
    if (person) take(person)
    else if (command) takeCommand(command)
    else if (picture) takeEmoji(picture.unicode)
  }

  const insert = (piece: string): void => {
    const at = field?.selectionStart ?? text().length
    fill(text().slice(0, at) + piece + text().slice(at), at + piece.length)
  }

  const send = (): void => {
    const body = text().trim()
    if (!body) return
    if (new TextEncoder().encode(body).length > BODY_BYTES_MAX) {
      say(words().tooLong, true)
      return
    }
    if (props.editing) {
      const content: MessageContent = { ...messageOf(props.editing), body, mentions: mentions(body, members(), home()) }
      void attempt(edit(props.editing, content))
      empty()
      return
    }
    const wish = read(body)
    if (wish.kind === 'unknown') setWrong(words().unknownCommand(wish.name))
    else if (wish.kind === 'command') void command(wish.command, wish.rest)
    else {
      post({ body: wish.body })
      empty()
    }
  }

  const post = (content: MessageContent): void => {
    const spoken = mentions(content.body, members(), home())
    const replyTo = props.replying?.id ?? props.thread
    live.outbox.send(props.room.id, {
      ...content,
      ...(spoken.length > 0 ? { mentions: spoken } : {}),
      ...(replyTo ? { reply_to_event_id: replyTo } : {}),
      ...(props.thread ? { thread_root: props.thread } : {}),
    })
  }

  /** What went wrong is told beside the text, which stays to be mended. */
  const command = async (name: Command, rest: string): Promise<void> => {
    try {
      await run(name, rest, { live, room: props.room, send: post, onLeave: () => props.onLeave(), onHelp: () => setHelping(true) })
      empty()
    } catch (error) {
      setWrong(reasonOf(error))
    }
  }

  const empty = (): void => {
    keep('')
    setText('')
    setWrong(undefined)
    queueMicrotask(fit)
    toldAt = 0
    live.typing(props.room.id, false)
    props.onDone()
  }

  /** Sets or takes away a mark around what is chosen. */
  const marked = (event: KeyboardEvent): boolean => {
    if (!(event.ctrlKey || event.metaKey) || event.altKey || !field) return false
    const mark = (event.shiftKey ? SHIFTED_MARKS : MARKS)[event.key.toLowerCase()]
    if (mark === undefined) return false
    const next = toggleMark({ text: text(), from: field.selectionStart, to: field.selectionEnd }, mark)
    fill(next.text)
    queueMicrotask(() => field?.setSelectionRange(next.from, next.to))
    return true
  }

  const key = (event: KeyboardEvent): void => {
    if (event.isComposing) return
    if (marked(event)) {
      event.preventDefault()
      return
    }
    if (offered() > 0) {
      const by = { ArrowDown: 1, ArrowUp: -1 }[event.key]
      if (by) {
        event.preventDefault()
        setChosen((chosen() + by + offered()) % offered())
        return
      }
      if (event.key === 'Enter' || event.key === 'Tab') {
        event.preventDefault()
        takeChosen()
        return
      }
      if (event.key === 'Escape') {
        event.stopPropagation()
        setDismissed(true)
        return
      }
    }
    if (event.key === 'Enter' && !event.shiftKey) {
      event.preventDefault()
      send()
    } else if (event.key === 'ArrowUp' && text() === '' && !props.editing) {
      event.preventDefault()
      props.onEditLast()
    } else if (event.key === 'Escape' && (props.editing || props.replying)) {
      event.stopPropagation()
      props.onDone()
    }
  }

  const asked = (): string => (props.thread ? words().toThread : words().to(roomName(props.room, live.state())))
  return (
    <div class="composer-box">
      <Show when={props.editing ?? props.replying}>
        {(line) => (
          <div class="composer-about">
            <span class="grow truncate"><strong>{props.editing ? words().editing : words().replying(line().sender.display_name)}</strong><Show when={!props.editing}> <bdi class="soft">{plain(messageOf(line()).body)}</bdi></Show></span>
            <button type="button" class="icon-button" aria-label={words().cancel} onClick={() => props.onDone()}><Icon of={X} size={16} /></button>
          </div>
        )}
      </Show>
      <Show when={found().length > 0}>
        <ul class="suggestions" role="listbox" id={list} aria-label={words().mention}>
          <For each={found()}>
            {(one, n) => (
              <li id={`${list}-${n()}`} role="option" aria-selected={n() === chosen()} class="suggestion" onPointerDown={(event) => {
                event.preventDefault()
                take(one)
              }}>
                <Avatar name={one.name} of={one.fqid} size="small" />
                <Show when={one.fqid !== '@room'} fallback={<span><strong>@room</strong> {one.name}</span>}><PersonName name={one.name} fqid={one.fqid} strong /></Show>
                <span class="soft small truncate">{one.fqid === '@room' ? '' : one.handle.split(':')[0]}</span>
              </li>
            )}
          </For>
        </ul>
      </Show>
      <Show when={emoji().length > 0}>
        <ul class="suggestions" role="listbox" id={list} aria-label={words().emoji}>
          <For each={emoji()}>
            {(one, n) => (
              <li id={`${list}-${n()}`} role="option" aria-selected={n() === chosen()} class="suggestion" onPointerDown={(event) => {
                event.preventDefault()
                takeEmoji(one.unicode)
              }}>
                <span class="suggestion-emoji" aria-hidden="true">{one.unicode}</span> <span class="truncate">:{one.code}:</span>
              </li>
            )}
          </For>
        </ul>
      </Show>
      <Show when={commands().length > 0}>
        <ul class="suggestions" role="listbox" id={list} aria-label={words().commands}>
          <For each={commands()}>
            {(one, n) => (
              <li id={`${list}-${n()}`} role="option" aria-selected={n() === chosen()} class="suggestion" onPointerDown={(event) => {
                event.preventDefault()
                takeCommand(one)
              }}>
                <strong>/{one}</strong> <span class="soft small truncate">{about(one)}</span>
              </li>
            )}
          </For>
        </ul>
      </Show>
      <div class="composer-line">
        <div class="composer-text">
        <Show when={spoken()}>{(drawn) => <div ref={(element) => (overlay = element)} class="composer-tokens" aria-hidden="true" dir="auto"><For each={drawn()}>{(piece) => (piece.token ? <span class="composer-token">{piece.text}</span> : piece.text)}</For></div>}</Show>
        {/* Drawn here: the placeholder of a field of several lines is cut off in the middle of a letter. */}
        <Show when={text() === ''}><span class="composer-asked truncate" aria-hidden="true"><bdi>{asked()}</bdi></span></Show>
        <textarea
          ref={(element) => {
            field = element
            queueMicrotask(fit)
          }}
          class="composer-field" rows="1" dir="auto" value={text()} aria-label={asked()} title={words().hint}
          aria-autocomplete="list" aria-controls={offered() > 0 ? list : undefined}
          aria-activedescendant={offered() > 0 ? `${list}-${chosen()}` : undefined}
          onInput={(event) => input(event.currentTarget.value)} onKeyDown={key} onBlur={takeUp} onSelect={(event) => setCaret(event.currentTarget.selectionStart)}
          onScroll={(event) => overlay && (overlay.scrollTop = event.currentTarget.scrollTop)}
        />
        </div>
        <button type="button" class="icon-button" aria-label={words().emoji} title={words().emoji} aria-haspopup="dialog" onClick={(event) => setPicking(event.currentTarget)}><Icon of={Smile} size={19} /></button>
        <button type="button" class="icon-button composer-send" aria-label={props.editing ? words().save : words().send} title={props.editing ? words().save : words().send} disabled={text().trim() === ''} onClick={send}><Icon of={SendHorizontal} size={18} /></button>
      </div>
      <Show when={wrong()}>{(why) => <p class="composer-wrong small" role="alert">{why()}</p>}</Show>
      <Show when={helping()}>
        <Dialog title={words().commands} onClose={() => setHelping(false)}>
          <dl class="commands"><For each={COMMANDS}>{(one) => <div><dt><code>/{one}</code></dt><dd>{about(one)}</dd></div>}</For></dl>
          <p class="soft small">{words().slashHint}</p>
        </Dialog>
      </Show>
      <Show when={isToAll()}><p class="composer-warn small" role="status">{words().warn(reach(members()).people, reach(members()).organisations)}</p></Show>
      <Show when={picking()}>
        {(anchor) => (
          <Popover anchor={anchor()} placement="top-end" label={words().emoji} class="emoji-popover" onClose={() => setPicking(undefined)}>
            <Suspense fallback={<Spinner label={words().emoji} />}>
              <EmojiPicker onPicked={(emoji) => {
                setPicking(undefined)
                insert(emoji)
              }} />
            </Suspense>
          </Popover>
        )}
      </Show>
    </div>
  )
}

/** What a command does, and what it wants. */
function about(command: Command): string {
  const said = { me: words().aboutMe, topic: words().aboutTopic, invite: words().aboutInvite, leave: words().aboutLeave, mute: words().aboutMute, shrug: words().aboutShrug, help: words().aboutHelp }
  return said[command]
}

function Writing(props: { room: string; home: string }): JSX.Element {
  const live = useLive()
  const names = createMemo(() => (live.state().typing[props.room] ?? []).map((fqid) => {
    const member = live.state().members[props.room]?.find((known) => known.participant_id === fqid)
    return member?.participant.display_name ?? fqid
  }))
  const said = (): string => {
    const [one, two, more] = names()
    if (!one) return ''
    if (!two) return words().writing(one)
    return more ? words().writingMany : words().writingTwo(one, two)
  }
  return <p class="writing small soft"><bdi>{said()}</bdi></p>
}
