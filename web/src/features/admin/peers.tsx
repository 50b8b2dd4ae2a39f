import { A } from '@solidjs/router'
import { createSignal, For, type JSX, Show } from 'solid-js'
import type { Peer } from '../../api'
import { locale } from '../../ui'
import { Doctor } from './doctor'
import { readPeers } from './facts'
import { Part } from './part'
import { createReading } from './reading'
import { span } from './span'
import { peerWords } from './words/peers'

const EVERY_MS = 10_000

export function peerState(peer: Peer): string {
  return peerWords()[(['reachable', 'unreachable', 'blocked', 'dropped'] as const).find((word) => word === peer.state) ?? 'other']
}

export function StateBadge(props: { peer: Peer }): JSX.Element {
  return <span class="badge" classList={{ 'badge-bad': props.peer.state === 'unreachable' || props.peer.state === 'blocked', 'badge-good': props.peer.state === 'reachable' }}>{peerState(props.peer)}</span>
}

/** How every other server is doing, and a check of any server there is. */
export function Peers(): JSX.Element {
  const peers = createReading(() => undefined, readPeers, { key: 'server_name', everyMs: EVERY_MS })
  const [checked, setChecked] = createSignal<string>()
  return (
    <>
      <Part title={peerWords().title} of={peers}>
        <ul class="settings-list">
          <For each={peers.data()} fallback={<li class="soft">{peerWords().none}</li>}>{(peer) => <Line peer={peer} />}</For>
        </ul>
      </Part>
      <Part title={peerWords().checkAny}>
        <form class="settings-row" onSubmit={(event) => {
          event.preventDefault()
          setChecked(undefined)
          setChecked(String(new FormData(event.currentTarget).get('server') ?? '').trim())
        }}>
          <label class="field grow"><span>{peerWords().checkAny}</span><input class="input" name="server" required placeholder="chat.example.org" autocapitalize="none" spellcheck={false} dir="ltr" /></label>
          <button type="submit" class="button">{peerWords().check}</button>
        </form>
        <Show when={checked()} keyed>{(server) => <Doctor server={server} />}</Show>
      </Part>
    </>
  )
}

function Line(props: { peer: Peer }): JSX.Element {
  const waiting = (): number => props.peer.lag_events + props.peer.pending
  const said = (): string => [
    peerWords().rooms(props.peer.shared_rooms),
    ...(waiting() > 0 ? [`${peerWords().waiting(waiting())} (${span(props.peer.lag_seconds, locale())})`] : []),
    ...(props.peer.dead_letters > 0 ? [`${peerWords().letters}: ${props.peer.dead_letters}`] : []),
  ].join(' · ')
  return (
    <li class="peer">
      <div class="grow">
        <p><A href={`/admin/peers/${encodeURIComponent(props.peer.server_name)}`} class="admin-strong"><bdi>{props.peer.server_name}</bdi></A> <StateBadge peer={props.peer} /></p>
        <p class="soft small">{said()}</p>
        <Show when={props.peer.state === 'unreachable' && props.peer.last_error}>{(error) => <p class="small admin-bad" lang="en">{error()}</p>}</Show>
      </div>
      <A href={`/admin/peers/${encodeURIComponent(props.peer.server_name)}`} class="button" aria-label={`${peerWords().details}: ${props.peer.server_name}`}>{peerWords().details}</A>
    </li>
  )
}
