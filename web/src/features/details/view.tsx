import CircleAlert from 'lucide-solid/icons/circle-alert'
import Clock from 'lucide-solid/icons/clock'
import ShieldCheck from 'lucide-solid/icons/shield-check'
import X from 'lucide-solid/icons/x'
import { createMemo, createResource, For, type JSX, Match, Show, Switch } from 'solid-js'
import { api, ask, type RoomListItem } from '../../api'
import { useLive } from '../../sync'
import { dates } from '../../ui'
import { attempt } from '../failures'
import { handle, MODERATES, OWNS, roleName, roleOf } from '../people'
import { notSeen } from '../reports'
import { roomName } from '../rooms'
import { type Mute, MUTES, muteUntil, verdict } from './model'
import { Settings } from './settings'
import { words } from './words'

const MODES = ['inherit', 'all', 'mentions', 'none'] as const

export interface DetailsProps {
  room: RoomListItem
  onMembers: () => void
  onReports: () => void
  onRename: () => void
  onLeave: () => void
  onClose: () => void
}

/** All that can be said about a room, and what can be chosen for it. */
export function Details(props: DetailsProps): JSX.Element {
  const live = useLive()
  const home = (): string => live.me().server_name
  const isDm = (): boolean => props.room.room_type === 'dm'
  const joined = (): number => (live.state().members[props.room.id] ?? []).filter((member) => member.membership === 'join').length
  const kind = (): string => ({ dm: words().dm, public: words().public }[props.room.room_type] ?? words().group)
  const rights = (): string => {
    const role = roleOf(props.room.power_level)
    return role ? roleName(role) : words().member
  }
  return (
    <aside class="pane" aria-label={words().title} id="pane">
      <header class="pane-head">
        <h2 class="grow truncate truncate-name"><bdi>{roomName(props.room, live.state())}</bdi></h2>
        <button type="button" class="icon-button" aria-label={words().close} onClick={() => props.onClose()}><X size={18} aria-hidden="true" /></button>
      </header>
      <div class="pane-scroll details" tabindex="0" role="group" aria-label={words().title}>
        <Show when={!isDm()}>
          <p class="details-topic" dir="auto" classList={{ soft: !props.room.topic }}>{props.room.topic ?? words().noTopic}</p>
        </Show>
        <Show when={props.room.state !== 'open'}><p class="details-note" role="status">{props.room.state === 'archived' ? words().archived : words().closed}</p></Show>
        <dl class="facts">
          <dt>{words().kind}</dt><dd>{kind()}</dd>
          <dt>{words().made}</dt><dd><bdi>{words().madeBy(dates.moment(props.room.created_at), handle(props.room.creator, home()))}</bdi></dd>
          <Show when={!isDm()}><dt>{words().rights}</dt><dd>{rights()}</dd></Show>
        </dl>
        <div class="details-line"><span class="grow">{words().members(joined())}</span><button type="button" class="button" onClick={() => props.onMembers()}>{words().show}</button></div>
        <Show when={!isDm() && !notSeen(props.room, live.me())}>
          <div class="details-line"><span class="grow">{words().reports}</span><button type="button" class="button" aria-label={words().showReports} onClick={() => props.onReports()}>{words().show}</button></div>
        </Show>
        <Show when={props.room.federated}><Servers room={props.room} /></Show>
        <Hearing room={props.room} />
        <Show when={!isDm() && props.room.power_level >= OWNS}><Settings room={props.room} /></Show>
        <div class="details-actions">
          <Show when={!isDm()}>
            <button type="button" class="button" disabled={props.room.power_level < MODERATES} title={props.room.power_level < MODERATES ? words().needs : ''} onClick={() => props.onRename()}>{words().rename}</button>
            <Show when={props.room.power_level < MODERATES}><small class="soft">{words().needs}</small></Show>
          </Show>
          <button type="button" class="button button-danger" onClick={() => props.onLeave()}>{words().leave}</button>
        </div>
      </div>
    </aside>
  )
}

/** Who takes part, and whether all hold the same history. */
function Servers(props: { room: RoomListItem }): JSX.Element {
  const live = useLive()
  const [integrity] = createResource(() => ask(api.GET('/v1/rooms/{room_id}/integrity', { params: { path: { room_id: props.room.id } } })))
  const known = createMemo(() => (integrity.state === 'ready' ? integrity() : undefined))
  const all = (): string[] => [...new Set([props.room.host, live.me().server_name, ...props.room.servers])]
  const said = (server: string): string => {
    if (server === live.me().server_name) return words().here
    const history = known()?.servers.find((one) => one.server_name === server)
    if (!history || history.same === null) return words().notYet
    return history.same ? words().sameAt(history.checked_at ? dates.brief(history.checked_at) : '') : words().differsAt(history.seq ?? 0)
  }
  return (
    <section aria-labelledby="d-servers">
      <h3 id="d-servers">{words().servers}</h3>
      <Switch>
        <Match when={integrity.error}><p class="soft small">{words().integrityFailed}</p></Match>
        <Match when={known()}>
          {(is) => (
            <p class={`integrity integrity-${verdict(is())}`} role="status">
              <Switch fallback={<Clock size={17} aria-hidden="true" />}>
                <Match when={verdict(is()) === 'same'}><ShieldCheck size={17} aria-hidden="true" /></Match>
                <Match when={verdict(is()) === 'differs'}><CircleAlert size={17} aria-hidden="true" /></Match>
              </Switch>
              <span>{words()[verdict(is())]}<Show when={is().waiting_for.length > 0}> {words().waitingFor(is().waiting_for.join(', '))}</Show></span>
            </p>
          )}
        </Match>
      </Switch>
      <ul class="details-servers">
        <For each={all()}>
          {(server) => <li><span><bdi>{server}</bdi><Show when={server === props.room.host}> <span class="badge-plain">{words().host}</span></Show></span><span class="soft small">{said(server)}</span></li>}
        </For>
      </ul>
    </section>
  )
}

function Hearing(props: { room: RoomListItem }): JSX.Element {
  const params = { path: { room_id: props.room.id } }
  const mute = (until: string | null): void => void attempt(ask(api.PUT('/v1/rooms/{room_id}/mute', { params, body: { until } })))
  const until = (): string | undefined => (props.room.muted_until !== null && Date.parse(props.room.muted_until) > Date.now() ? props.room.muted_until : undefined)
  return (
    <section aria-labelledby="d-hear" class="form">
      <h3 id="d-hear">{words().hear}</h3>
      <label class="field"><span>{words().mode}</span>
        <select class="input" value={props.room.notification_mode} onChange={(event) => void attempt(ask(api.PUT('/v1/rooms/{room_id}/notification-mode', { params, body: { mode: event.currentTarget.value } })))}>
          <For each={MODES}>{(mode) => <option value={mode}>{words()[mode]}</option>}</For>
        </select>
      </label>
      <label class="field"><span>{words().mute}</span>
        <select class="input" value={until() ? 'until' : ''} onChange={(event) => {
          const chosen = event.currentTarget.value
          if (chosen !== 'until') mute(chosen === '' ? null : muteUntil(chosen as Mute))
        }}>
          <option value="">{words().notMuted}</option>
          <Show when={until()}>{(when) => <option value="until">{words().mutedUntil(dates.moment(when()))}</option>}</Show>
          <For each={MUTES}>{(one) => <option value={one}>{words()[one]}</option>}</For>
        </select>
      </label>
    </section>
  )
}
