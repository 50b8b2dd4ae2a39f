import { A } from '@solidjs/router'
import ArrowLeft from 'lucide-solid/icons/arrow-left'
import { createSignal, For, type JSX, Show } from 'solid-js'
import { api, ask, type Peer, type PeerDetail } from '../../api'
import { dates, locale, say } from '../../ui'
import { attempt } from '../failures'
import { secondsBetween, diagnose } from './diagnosis'
import { AcceptKey } from './accept-key'
import { Block } from './block'
import { Doctor } from './doctor'
import { readPolicy, readRefusals } from './facts'
import { Letters } from './letters'
import { troubleText } from './overview'
import { Act, Confirm, Fact, Part, Trouble } from './part'
import { StateBadge } from './peers'
import { admits } from './policy-model'
import { createReading } from './reading'
import { span } from './span'
import { words } from './words'
import { peerWords } from './words/peers'

const EVERY_MS = 5_000

/** One other server: what is wrong in one sentence, the facts, and what can be done. */
export function PeerPage(props: { server: string }): JSX.Element {
  const params = { path: { server_name: props.server } }
  const detail = createReading(() => undefined, () => ask(api.GET('/v1/admin/federation/peers/{server_name}', { params })), { key: 'room_id', everyMs: EVERY_MS })
  const refusals = createReading(() => undefined, () => readRefusals(props.server), { everyMs: EVERY_MS })
  const policy = createReading(() => undefined, readPolicy)
  const said = (known: PeerDetail): string => {
    const rules = policy.data()
    const trouble = diagnose(known.peer, {
      now: Date.now(), refusals: refusals.data()?.get(props.server), hasCandidate: Boolean(known.candidate), admitted: rules ? admits(rules, props.server) : true,
    })
    if (trouble && trouble.level !== 'past') return troubleText(trouble)
    const now = known.peer.last_seen_at ? peerWords().well : peerWords().strange
    return trouble ? `${now} ${troubleText(trouble)}` : now
  }
  return (
    <>
      <p><A href="/admin/peers" class="admin-back"><ArrowLeft size={16} aria-hidden="true" /> {peerWords().all}</A></p>
      <h2 class="admin-title"><bdi>{props.server}</bdi> <Show when={detail.data()}>{(known) => <StateBadge peer={known().peer} />}</Show></h2>
      <Trouble failure={detail.failure()} />
      <Show when={detail.data()}>
        {(known) => (
          <>
            <p role="status">{said(known())}</p>
            <Actions peer={known().peer} onChange={() => {
              void detail.again()
              void policy.again()
            }} />
            <Show when={known().candidate}>{(candidate) => <AcceptKey server={props.server} pinned={known().pinned_keys} candidate={candidate()} since={known().candidate_since} onChange={() => void detail.again()} />}</Show>
            <Facts peer={known().peer} />
            <Rooms detail={known()} />
            <Letters peer={props.server} onChange={() => void detail.again()} />
          </>
        )}
      </Show>
    </>
  )
}

function Actions(props: { peer: Peer; onChange: () => void }): JSX.Element {
  const [open, setOpen] = createSignal<'block' | 'drop' | 'check'>()
  const params = { path: { server_name: props.peer.server_name } }
  const act = async (work: Promise<unknown>, text: string): Promise<void> => {
    if (await attempt(work)) say(text)
    props.onChange()
  }
  const close = (): void => {
    setOpen(undefined)
    props.onChange()
  }
  const drop = async (): Promise<void> => {
    const dropped = await ask(api.POST('/v1/admin/federation/peers/{server_name}/drop', { params }))
    say(peerWords().droppedSaid(dropped.pending + dropped.items + dropped.entries))
  }
  return (
    <>
      <div class="peer-actions">
        <button type="button" class="button button-main" aria-expanded={open() === 'check'} onClick={() => setOpen(open() === 'check' ? undefined : 'check')}>{peerWords().check}</button>
        <Act refused={props.peer.state === 'blocked' ? peerWords().isBlocked : undefined} onAct={() => void act(ask(api.POST('/v1/admin/federation/peers/{server_name}/retry', { params })), peerWords().retried)}>{peerWords().retry}</Act>
        <Act danger refused={props.peer.state === 'unreachable' ? undefined : props.peer.state === 'blocked' ? peerWords().isBlocked : peerWords().isThere} onAct={() => setOpen('drop')}>{peerWords().drop}</Act>
        <Show when={props.peer.state === 'blocked'} fallback={<button type="button" class="button button-danger" onClick={() => setOpen('block')}>{peerWords().block}</button>}>
          <button type="button" class="button" onClick={() => void act(ask(api.POST('/v1/admin/federation/peers/{server_name}/allow', { params })), words().saved)}>{peerWords().allow}</button>
        </Show>
      </div>
      <Show when={open() === 'check'}><Doctor server={props.peer.server_name} /></Show>
      <Show when={open() === 'block'}><Block server={props.peer.server_name} onClose={close} /></Show>
      <Show when={open() === 'drop'}><Confirm title={peerWords().dropTitle(props.peer.server_name)} action={peerWords().drop} danger onConfirm={drop} onClose={close}><p>{peerWords().dropText}</p></Confirm></Show>
    </>
  )
}

function Facts(props: { peer: Peer }): JSX.Element {
  const ago = (when: string | null): string => (when ? peerWords().ago(span(secondsBetween(when, Date.now()), locale())) : peerWords().never)
  return (
    <dl class="facts">
      <Fact term={peerWords().seen}>{ago(props.peer.last_seen_at)}</Fact>
      <Fact term={peerWords().heard}>{ago(props.peer.last_heard_at)}</Fact>
      <Show when={props.peer.unreachable_since}>{(since) => <Fact term={peerWords().since}>{dates.moment(since())}</Fact>}</Show>
      <Show when={props.peer.next_try_at}>{(at) => <Fact term={peerWords().nextTry}>{dates.moment(at())}</Fact>}</Show>
      <Fact term={peerWords().lag}>{props.peer.lag_events > 0 ? peerWords().lagSaid(props.peer.lag_events, span(props.peer.lag_seconds, locale())) : peerWords().noLag}</Fact>
      <Fact term={peerWords().pending}>{props.peer.pending}</Fact>
      <Show when={props.peer.last_error}>{(error) => <Fact term={peerWords().error}><span lang="en">{error()}</span> <Show when={props.peer.last_error_at}>{(at) => <span class="soft">({dates.brief(at())})</span>}</Show></Fact>}</Show>
      <Fact term={peerWords().met}>{dates.moment(props.peer.first_contact_at)}</Fact>
      <Show when={props.peer.key_id}>{(key) => <Fact term={peerWords().key}><code>{key()}</code></Fact>}</Show>
      <Show when={props.peer.fingerprint_words}>{(text) => <Fact term={peerWords().fingerprint}><span lang="en">{text()}</span></Fact>}</Show>
      <Show when={props.peer.software}>{(name) => <Fact term={peerWords().software}><span lang="en">{name()}</span> ({props.peer.protocol_versions.join(', ')})</Fact>}</Show>
    </dl>
  )
}

function Rooms(props: { detail: PeerDetail }): JSX.Element {
  return (
    <Part title={peerWords().shared}>
      <ul class="settings-list">
        <For each={props.detail.rooms} fallback={<li class="soft">{peerWords().noRooms}</li>}>
          {(room) => (
            <li>
              <div class="grow">
                <p><bdi class="admin-strong">{room.name ?? words().noName}</bdi> <Show when={room.stopped}><span class="badge badge-bad">{peerWords().stopped}</span></Show> <Show when={room.frozen}><span class="badge badge-bad">{peerWords().frozen}</span></Show></p>
                <p class="soft small">{peerWords().roomHost}: <bdi>{room.host}</bdi><Show when={room.acked_seq !== null}> · {peerWords().acked} {peerWords().ackedOf(room.acked_seq ?? 0, room.head_seq)}</Show></p>
                <Show when={room.stopped ?? room.frozen}>{(why) => <p class="small admin-bad" lang="en">{why()}</p>}</Show>
              </div>
            </li>
          )}
        </For>
      </ul>
    </Part>
  )
}
