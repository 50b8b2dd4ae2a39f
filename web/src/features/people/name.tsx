import Crown from 'lucide-solid/icons/crown'
import Shield from 'lucide-solid/icons/shield'
import { type JSX, Show } from 'solid-js'
import { useLive } from '../../sync'
import { Icon } from '../../ui'
import { parts } from './fqid'
import type { Role } from './role'
import { roleName } from './words'

/** A person's name, isolated against tricks of direction; of another server with that server beside it. */
export function PersonName(props: { name: string; fqid: string; strong?: boolean }): JSX.Element {
  const live = useLive()
  const server = (): string => parts(props.fqid).server
  return (
    <span class="person" title={props.fqid}>
      <bdi class="person-name" classList={{ 'person-strong': props.strong ?? false }}>{props.name}</bdi>
      <Show when={server() !== live.me().server_name}>
        <ServerChip name={server()} />
      </Show>
    </span>
  )
}

/** Beside the name of somebody who has a role in a room: whoever only has the same name is without it. */
export function RoleMark(props: { role: Role }): JSX.Element {
  const name = (): string => roleName(props.role)
  return <span class="role-mark" role="img" aria-label={name()} title={name()}><Icon of={props.role === 'owner' ? Crown : Shield} size={13} /></span>
}

export function ServerChip(props: { name: string }): JSX.Element {
  return <bdi class="server-chip">:{props.name}</bdi>
}
