import { A } from '@solidjs/router'
import { createMemo, For, type JSX, Show } from 'solid-js'
import { api, ask, type FederatedRoom, type Peer } from '../../api'
import { dates, locale, say } from '../../ui'
import { attempt } from '../failures'
import { diagnose, type NextStep, sorted, type Trouble as PeerTrouble } from './diagnosis'
import { hasRecoveryKey, readCandidates, readPeers, readPolicy, readRefusals, readRooms } from './facts'
import { lastEnd } from './key-dates'
import { AuditText } from './audit-text'
import { Fact, Part, Trouble } from './part'
import { admits } from './policy-model'
import { createReading } from './reading'
import { span } from './span'
import { words } from './words'
import { overviewWords } from './words/overview'
import { peerWords } from './words/peers'

const EVERY_MS = 10_000
const WEEK_MS = 7 * 86_400_000
/** The server makes the next key by itself 30 days before the end; later than this it has not. */
const KEY_LATE_S = 20 * 86_400

interface Situation {
  peers: Peer[]
  rooms: FederatedRoom[]
  troubles: PeerTrouble[]
}

async function readSituation(): Promise<Situation> {
  const [peers, rooms, policy, refusals] = await Promise.all([readPeers(), readRooms(), readPolicy(), readRefusals()])
  const candidates = await readCandidates(peers)
  const now = Date.now()
  const troubles = peers.flatMap((peer) => diagnose(peer, { now, refusals: refusals.get(peer.server_name), hasCandidate: candidates.has(peer.server_name), admitted: admits(policy, peer.server_name) }) ?? [])
  return { peers, rooms, troubles: sorted(troubles) }
}

/** One sentence: what is in the way of whose messages. */
export function troubleText(trouble: PeerTrouble): string {
  const say = overviewWords()
  const time = span(trouble.seconds, locale())
  const { peer, count } = trouble
  const texts: Record<PeerTrouble['cause'], () => string> = {
    blocked: () => say.blocked(peer), untrusted: () => say.untrusted(peer), dropped: () => say.dropped(peer), unreachable: () => say.unreachable(peer, time, trouble.waiting), stopped: () => say.stopped(peer, count),
    rejected: () => say.rejected(peer, count), refused: () => say.refused(peer, count), refused_before: () => say.refused_before(peer, count, time), behind: () => say.behind(peer, count, time), unheard: () => say.unheard(peer), unadmitted: () => say.unadmitted(peer, count),
  }
  return texts[trouble.cause]()
}

/** What an admin must know now, each with its next step. */
export function Overview(): JSX.Element {
  const situation = createReading(() => undefined, readSituation, { key: 'peer', everyMs: EVERY_MS })
  const identity = createReading(() => undefined, () => ask(api.GET('/v1/admin/federation/identity')))
  const recovery = createReading(() => undefined, hasRecoveryKey)
  const since = new Date(Date.now() - WEEK_MS).toISOString().replace(/\.\d+Z$/u, 'Z')
  const alarms = createReading(() => undefined, () => ask(api.GET('/v1/admin/audit', { params: { query: { severity: 'alarm', since, limit: 10 } } })))
  const keyLeft = createMemo(() => {
    const end = identity.data() && lastEnd(identity.data()?.keys ?? [])
    return end === undefined ? undefined : Math.round((end - Date.now()) / 1000)
  })
  const frozen = (): FederatedRoom[] => situation.data()?.rooms.filter((room) => room.frozen) ?? []
  const keyIsLate = (): boolean => (keyLeft() ?? KEY_LATE_S) < KEY_LATE_S
  const isWell = (): boolean => situation.data()?.troubles.every((trouble) => trouble.level === 'past') === true && frozen().length === 0 && !keyIsLate()
  return (
    <>
      <Part title={overviewWords().now} of={situation}>
        <Show when={isWell()}><p class="notice-good" role="status"><strong>{overviewWords().well}.</strong> {overviewWords().wellText(situation.data()?.peers.length ?? 0, situation.data()?.rooms.length ?? 0)}</p></Show>
        <ul class="findings">
          <For each={situation.data()?.troubles}>{(trouble) => <TroubleLine trouble={trouble} onChange={() => void situation.again()} />}</For>
          <For each={frozen()}>{(room) => <li class="finding finding-bad"><div class="grow"><p>{overviewWords().frozen(room.name ?? words().noName)}</p><p class="small" lang="en">{room.frozen}</p></div><A href="/admin/rooms" class="button">{overviewWords().do_room}</A></li>}</For>
          <Show when={keyIsLate() && keyLeft()}>{(left) => <li class="finding finding-bad"><p class="grow">{overviewWords().keyEnds(span(left(), locale()))}</p><A href="/admin/keys" class="button">{overviewWords().do_keys}</A></li>}</Show>
          <Show when={recovery.data() === false}><li class="finding"><p class="grow">{overviewWords().noRecovery}</p><A href="/admin/keys" class="button">{overviewWords().do_keys}</A></li></Show>
        </ul>
        <dl class="facts facts-wide">
          <Fact term={overviewWords().servers}>{situation.data()?.peers.length}</Fact>
          <Fact term={overviewWords().rooms}>{situation.data()?.rooms.length}</Fact>
          <Fact term={overviewWords().waiting}>{situation.data()?.peers.reduce((sum, peer) => sum + peer.lag_events + peer.pending, 0)}</Fact>
        </dl>
      </Part>
      <Part title={overviewWords().here} of={identity}>
        <dl class="facts">
          <Fact term={overviewWords().name}><bdi>{identity.data()?.server_name}</bdi></Fact>
          <Fact term={overviewWords().fingerprint}><span lang="en">{identity.data()?.fingerprint_words}</span></Fact>
        </dl>
      </Part>
      <Part title={overviewWords().alarms} of={alarms}>
        <ul class="settings-list"><For each={alarms.data()} fallback={<li class="soft">{overviewWords().noAlarms}</li>}>{(line) => <li><div class="grow"><AuditText line={line} /><p class="soft small">{dates.moment(line.created_at)}</p></div></li>}</For></ul>
      </Part>
      <Trouble failure={recovery.failure()} />
    </>
  )
}

function TroubleLine(props: { trouble: PeerTrouble; onChange: () => void }): JSX.Element {
  return (
    <li class="finding" classList={{ 'finding-bad': props.trouble.level === 'bad' }}>
      <div class="grow">
        <p>{troubleText(props.trouble)}</p>
        <Show when={props.trouble.error}>{(error) => <p class="small soft" lang="en">{error()}</p>}</Show>
      </div>
      <Next step={props.trouble.next} peer={props.trouble.peer} onChange={props.onChange} />
    </li>
  )
}

function Next(props: { step: NextStep; peer: string; onChange: () => void }): JSX.Element {
  const label = (): string => overviewWords()[`do_${props.step}`]
  const act = async (work: Promise<unknown>, text: string): Promise<void> => {
    if (await attempt(work)) say(text)
    props.onChange()
  }
  const params = { path: { server_name: props.peer } }
  const where = (): string => (props.step === 'refusals' ? `/admin/refused/${encodeURIComponent(props.peer)}` : `/admin/peers/${encodeURIComponent(props.peer)}`)
  return (
    <Show when={props.step === 'retry' || props.step === 'allow'} fallback={<A href={where()} class="button">{label()}</A>}>
      <button type="button" class="button" onClick={() => void (props.step === 'retry' ? act(ask(api.POST('/v1/admin/federation/peers/{server_name}/retry', { params })), peerWords().retried) : act(ask(api.POST('/v1/admin/federation/peers/{server_name}/allow', { params })), words().saved))}>{label()}</button>
    </Show>
  )
}
