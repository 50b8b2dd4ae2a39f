import { type JSX, Show } from 'solid-js'
import { useLive } from '../../sync'
import { parts } from './fqid'

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

export function ServerChip(props: { name: string }): JSX.Element {
  return <bdi class="server-chip">:{props.name}</bdi>
}
