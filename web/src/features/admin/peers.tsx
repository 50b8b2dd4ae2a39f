import { createResource, createSignal, For, type JSX, Show } from 'solid-js'
import { api, ask, Failure, type Peer } from '../../api'
import { attempt, localized, say, Spinner } from '../../ui'
import { words } from './words'

const states = localized({
  en: { reachable: 'reachable', unreachable: 'unreachable', blocked: 'blocked', dropped: 'given up', other: 'not met yet' },
  nl: { reachable: 'bereikbaar', unreachable: 'onbereikbaar', blocked: 'geblokkeerd', dropped: 'opgegeven', other: 'nog niet ontmoet' },
  de: { reachable: 'erreichbar', unreachable: 'nicht erreichbar', blocked: 'blockiert', dropped: 'aufgegeben', other: 'noch nicht getroffen' },
})

/** How every other server is doing, in words, and what can be done about it. */
export function Peers(): JSX.Element {
  const [peers, { refetch }] = createResource(() => ask(api.GET('/v1/admin/federation/peers')))
  const [checked, setChecked] = createSignal<string>()
  return (
    <section class="settings-part" aria-labelledby="a-peers">
      <h2 id="a-peers">{words().peers}</h2>
      <Show when={!peers.error} fallback={<p class="form-error" role="alert">{Failure.from(peers.error).message}</p>}>
        <ul class="settings-list">
          <For each={peers()} fallback={<li class="soft">{peers.loading ? words().loading : words().noPeers}</li>}>
            {(peer) => <PeerLine peer={peer} onCheck={() => setChecked(peer.server_name)} onChange={() => void refetch()} />}
          </For>
        </ul>
      </Show>
      <form class="settings-row" onSubmit={(event) => {
        event.preventDefault()
        setChecked(String(new FormData(event.currentTarget).get('server') ?? '').trim())
      }}>
        <label class="field grow"><span>{words().checkAny}</span><input class="input" name="server" required placeholder="chat.example.org" autocapitalize="none" spellcheck={false} /></label>
        <button type="submit" class="button">{words().check}</button>
      </form>
      <Show when={checked()} keyed>{(server) => <Doctor server={server} />}</Show>
    </section>
  )
}

function PeerLine(props: { peer: Peer; onCheck: () => void; onChange: () => void }): JSX.Element {
  const params = { path: { server_name: props.peer.server_name } }
  const state = (): string => states()[(['reachable', 'unreachable', 'blocked', 'dropped'] as const).find((word) => word === props.peer.state) ?? 'other']
  const act = async (work: Promise<unknown>): Promise<void> => {
    if (await attempt(work)) say(words().saved)
    props.onChange()
  }
  return (
    <li class="peer">
      <div class="grow">
        <p><strong><bdi>{props.peer.server_name}</bdi></strong> <span class="badge" classList={{ 'badge-bad': props.peer.state === 'unreachable' || props.peer.state === 'blocked' }}>{state()}</span></p>
        <p class="small" lang="en">{props.peer.summary}</p>
        <p class="soft small">{words().rooms(props.peer.shared_rooms)}<Show when={props.peer.lag_events + props.peer.pending > 0}> · {words().waiting(props.peer.lag_events + props.peer.pending)}</Show></p>
        <Show when={props.peer.fingerprint_words}>{(text) => <details class="small"><summary>{words().theirFingerprint}</summary><p lang="en">{text()}</p></details>}</Show>
      </div>
      <div class="peer-actions">
        <button type="button" class="button" onClick={() => props.onCheck()}>{words().check}</button>
        <Show when={props.peer.state === 'unreachable'}><button type="button" class="button" onClick={() => void act(ask(api.POST('/v1/admin/federation/peers/{server_name}/retry', { params })))}>{words().retry}</button></Show>
        <Show when={props.peer.state === 'blocked'} fallback={<button type="button" class="button button-danger" onClick={() => void act(ask(api.POST('/v1/admin/federation/peers/{server_name}/block', { params })))}>{words().block}</button>}>
          <button type="button" class="button" onClick={() => void act(ask(api.POST('/v1/admin/federation/peers/{server_name}/allow', { params })))}>{words().allow}</button>
        </Show>
      </div>
    </li>
  )
}

/** The way to another server, step by step, with cause and fix. */
function Doctor(props: { server: string }): JSX.Element {
  const [report] = createResource(() => ask(api.POST('/v1/admin/federation/check', { body: { server_name: props.server } })))
  const said = (status: string): string => ({ ok: words().ok, failed: words().failed })[status] ?? words().skipped
  return (
    <div class="doctor" role="status">
      <h3><bdi>{props.server}</bdi></h3>
      <Show when={!report.loading} fallback={<Spinner label={words().checking} />}>
        <Show when={!report.error} fallback={<p class="form-error">{Failure.from(report.error).message}</p>}>
          <ol>
            <For each={report()?.steps}>
              {(step) => (
                <li class="doctor-step" classList={{ 'doctor-failed': step.status === 'failed', soft: step.status === 'skipped' }}>
                  <span class="doctor-mark" aria-hidden="true">{step.status === 'ok' ? '✓' : step.status === 'failed' ? '✗' : '–'}</span>
                  <span class="grow"><span lang="en">{step.question}</span> <span class="visually-hidden">{said(step.status)}</span><p class="small" lang="en">{[step.found, step.cause, step.fix].filter(Boolean).join(' ')}</p></span>
                </li>
              )}
            </For>
          </ol>
        </Show>
      </Show>
    </div>
  )
}
