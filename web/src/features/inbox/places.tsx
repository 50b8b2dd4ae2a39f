import { A } from '@solidjs/router'
import AtSign from 'lucide-solid/icons/at-sign'
import Inbox from 'lucide-solid/icons/inbox'
import ListChecks from 'lucide-solid/icons/list-checks'
import Pencil from 'lucide-solid/icons/pencil'
import { createMemo, type JSX, Show } from 'solid-js'
import { useLive } from '../../sync'
import { drafts } from '../composer'
import { unreadMentions, waiting } from './model'
import { words } from './words'

/** The lines of the sidebar that lead to what waits. Invitations and drafts are named when there are some. */
export function Places(): JSX.Element {
  const live = useLive()
  const all = createMemo(() => Object.values(live.state().rooms ?? {}))
  const rooms = createMemo(() => waiting(all()).length)
  const mentions = createMemo(() => unreadMentions(all()))
  const begun = createMemo(() => drafts.list().length)
  const invitations = (): number => live.state().invitations.length
  return (
    <Show when={all().length > 0 || invitations() > 0}>
      <ul class="places">
        <Place to="/unread" name={words().unread} count={rooms()} icon={<ListChecks size={16} aria-hidden="true" />} />
        <Place to="/mentions" name={words().mentions} count={mentions()} loud icon={<AtSign size={16} aria-hidden="true" />} />
        <Show when={invitations() > 0}><Place to="/invitations" name={words().invitations} count={invitations()} loud icon={<Inbox size={16} aria-hidden="true" />} /></Show>
        <Show when={begun() > 0}><Place to="/drafts" name={words().drafts} count={begun()} icon={<Pencil size={16} aria-hidden="true" />} /></Show>
      </ul>
    </Show>
  )
}

function Place(props: { to: string; name: string; count: number; loud?: boolean; icon: JSX.Element }): JSX.Element {
  return (
    <li>
      <A href={props.to} class="side-line" classList={{ 'side-line-bold': (props.loud ?? false) && props.count > 0 }} activeClass="side-line-chosen">
        <span class="side-icon">{props.icon}</span>
        <span class="grow truncate">{props.name}</span>
        <Show when={props.count > 0}><span classList={{ pill: props.loud ?? false, 'place-count': !props.loud }} aria-hidden="true">{props.count}</span><span class="visually-hidden">, {words().waiting(props.count)}</span></Show>
      </A>
    </li>
  )
}
