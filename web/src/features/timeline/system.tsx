import { type JSX, Show } from 'solid-js'
import { type Line, useLive } from '../../sync'
import { dates } from '../../ui'
import { handle, PersonName } from '../people'
import { words } from './words'

/** What somebody did to the room, as a sentence without its subject. */
export function deed(line: Line, home: string): string {
  const content = line.content as Record<string, unknown>
  const text = (name: string): string => (typeof content[name] === 'string' ? content[name] : '')
  const whom = (): string => handle(text('participant'), home)
  switch (line.event_type) {
    case 'swp.room.create':
      return words().created
    case 'swp.room.name':
      return words().named(text('name'))
    case 'swp.room.topic':
      return text('topic') ? words().topic(text('topic')) : words().noTopic
    case 'swp.room.member':
      return membership(text('membership'), whom(), whom() === handle(line.sender_id, home))
    case 'swp.room.state':
      return { archived: words().archived, closed: words().closed, open: words().opened }[text('state')] ?? words().other
    case 'swp.room.pin':
      return content['pinned'] === false ? words().unpinnedOne : words().pinnedOne
    case 'swp.room.transfer':
      return words().moved
    case 'swp.call.start':
      return words().callStart
    case 'swp.call.end':
      return words().callEnd
    default:
      return words().other
  }
}

function membership(is: string, whom: string, own: boolean): string {
  switch (is) {
    case 'join':
      return words().joined
    case 'invite':
      return words().invited(whom)
    case 'ban':
      return words().banned(whom)
    case 'leave':
      return own ? words().left : words().kicked(whom)
    default:
      return words().other
  }
}

export function SystemLine(props: { line: Line }): JSX.Element {
  const live = useLive()
  const isServer = (): boolean => props.line.sender.local_id.startsWith('_')
  return (
    <p class="system" title={dates.moment(props.line.created_at)}>
      <Show when={!isServer()} fallback={<bdi>{props.line.sender.server_name}</bdi>}>
        <PersonName name={props.line.sender.display_name} fqid={props.line.sender_id} />
      </Show>{' '}
      <bdi>{deed(props.line, live.me().server_name)}</bdi>
    </p>
  )
}

/** Several in a row: opened when somebody wants to know. */
export function SystemLines(props: { lines: readonly Line[] }): JSX.Element {
  return (
    <Show when={props.lines.length > 1} fallback={<Show when={props.lines[0]}>{(line) => <SystemLine line={line()} />}</Show>}>
      <details class="system-fold">
        <summary>{words().folded(props.lines.length)}</summary>
        {props.lines.map((line) => <SystemLine line={line} />)}
      </details>
    </Show>
  )
}
