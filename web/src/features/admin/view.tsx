import { A, useParams } from '@solidjs/router'
import { createMemo, For, type JSX, Match, Show, Switch } from 'solid-js'
import { useLive } from '../../sync'
import { Audit } from './audit'
import { Health } from './health'
import { Keys } from './keys'
import { Overview } from './overview'
import { PeerPage } from './peer'
import { Peers } from './peers'
import { People } from './people'
import { PolicyPage } from './policy'
import { Rejections } from './rejections'
import { SharedRooms } from './rooms'
import { createSampler } from './sampler'
import { words } from './words'

const PARTS = ['overview', 'peers', 'policy', 'rooms', 'people', 'refused', 'keys', 'audit', 'health'] as const
type PartName = (typeof PARTS)[number]

/** For who looks after a tenant; the server asks for the role again at every step. */
export function Admin(): JSX.Element {
  const live = useLive()
  return (
    <main class="page" id="main" tabindex="-1">
      <div class="page-inside admin">
        <h1>{words().title}</h1>
        <Show when={live.me().role === 'admin'} fallback={<p>{words().forAdmins}</p>}><Console /></Show>
      </div>
    </main>
  )
}

function Console(): JSX.Element {
  const params = useParams<{ part?: string; name?: string }>()
  const part = createMemo((): PartName => PARTS.find((one) => one === params.part) ?? 'overview')
  const name = createMemo(() => (params.name === undefined ? undefined : decodeURIComponent(params.name)))
  const samples = createSampler()
  return (
    <>
      <nav class="admin-nav" aria-label={words().nav}>
        <ul>
          <For each={PARTS}>{(one) => <li><A href={one === 'overview' ? '/admin' : `/admin/${one}`} class="admin-link" classList={{ 'admin-link-chosen': part() === one }} aria-current={part() === one ? 'page' : undefined}>{words()[one]}</A></li>}</For>
        </ul>
      </nav>
      <Switch fallback={<Overview />}>
        <Match when={part() === 'peers' && name()} keyed>{(server) => <PeerPage server={server} />}</Match>
        <Match when={part() === 'peers'}><Peers /></Match>
        <Match when={part() === 'policy'}><PolicyPage /></Match>
        <Match when={part() === 'rooms'}><SharedRooms /></Match>
        <Match when={part() === 'people'}><People /></Match>
        <Match when={part() === 'refused'}><Rejections peer={name()} /></Match>
        <Match when={part() === 'keys'}><Keys /></Match>
        <Match when={part() === 'audit'}><Audit /></Match>
        <Match when={part() === 'health'}><Health samples={samples()} /></Match>
      </Switch>
    </>
  )
}
