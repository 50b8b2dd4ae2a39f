import Ellipsis from 'lucide-solid/icons/ellipsis'
import { createSignal, For, type JSX, Match, Show, Switch } from 'solid-js'
import { api, ask, Failure, type FederatedRoom } from '../../api'
import { useLive } from '../../sync'
import { Menu, MenuItem, say } from '../../ui'
import { reason } from '../failures'
import { Confirm } from './part'
import { createReading } from './reading'
import { hasAgreed, notConfirmed, notFetched, notHandedOver, notTakenOver, type RoomFacts, type Why } from './room-acts'
import { hostingWords } from './words/hosting'
import { roomWords } from './words/rooms'

type Choice = 'hand-over' | 'take-over' | 'withdraw' | 'confirm' | 'fetch' | 'lift'

/** Lines of the audit log about one room: agreements are rare among them. */
const LINES = 200

/** What a server says of a room beyond the list. Who is not in a room is not told what it waits for. */
async function readFacts(room_id: string): Promise<RoomFacts> {
  const [lines, integrity] = await Promise.all([
    ask(api.GET('/v1/admin/audit', { params: { query: { room_id, limit: LINES } } })),
    ask(api.GET('/v1/rooms/{room_id}/integrity', { params: { path: { room_id } } })).catch(() => undefined),
  ])
  return { agreed: hasAgreed(lines), unheard: integrity?.waiting_for }
}

/** What can be done with a shared room by its host, or by who may become it. */
export function RoomMenu(props: { room: FederatedRoom; name: string; onLift: () => void; onChange: () => void }): JSX.Element {
  const [menu, setMenu] = createSignal<HTMLElement>()
  const [chosen, setChosen] = createSignal<{ act: Choice; unheard: readonly string[] }>()
  const [whole, setWhole] = createSignal(false)
  const asking = (): Asking => ({ room: props.room, name: props.name, onClose: () => setChosen(undefined) })
  return (
    <>
      <button type="button" class="icon-button" aria-label={hostingWords().more(props.name)} title={hostingWords().more(props.name)} aria-haspopup="menu" aria-expanded={menu() !== undefined} onClick={(event) => setMenu(menu() ? undefined : event.currentTarget)}><Ellipsis size={17} aria-hidden="true" /></button>
      <Show when={menu()}>
        {(anchor) => (
          <Menu anchor={anchor()} label={hostingWords().more(props.name)} onClose={() => setMenu(undefined)}>
            <Items room={props.room} whole={whole()} onChoose={(act, unheard) => {
              setMenu(undefined)
              if (act === 'lift') props.onLift()
              else setChosen({ act, unheard })
            }} />
          </Menu>
        )}
      </Show>
      <Switch>
        <Match when={chosen()?.act === 'hand-over'}><HandOver {...asking()} onChange={props.onChange} /></Match>
        <Match when={chosen()?.act === 'take-over'}><TakeOver {...asking()} /></Match>
        <Match when={chosen()?.act === 'withdraw'}><Withdraw {...asking()} /></Match>
        <Match when={chosen()?.act === 'fetch'}><Fetch {...asking()} onWhole={() => setWhole(true)} /></Match>
        <Match when={chosen()?.act === 'confirm'}><Newest {...asking()} unheard={chosen()?.unheard ?? []} /></Match>
      </Switch>
    </>
  )
}

/** What cannot be done stands there with its reason. */
function Items(props: { room: FederatedRoom; whole: boolean; onChoose: (act: Choice, unheard: readonly string[]) => void }): JSX.Element {
  const live = useLive()
  const home = (): string => live.me().server_name
  const facts = createReading(() => props.room.id, readFacts)
  const said = (why: Why | undefined): string | undefined => {
    if (why === undefined) return undefined
    const failure = facts.failure()
    if (why === 'reading') return failure ? reason(failure) : hostingWords().reading
    return why === 'elsewhere' ? hostingWords().elsewhere(props.room.host) : hostingWords()[why]
  }
  const choose = (act: Choice) => () => props.onChoose(act, facts.data()?.unheard ?? [])
  return (
    <>
      <MenuItem refused={said(notHandedOver(props.room, home()))} onSelect={choose('hand-over')}>{hostingWords().handOver}</MenuItem>
      <Show when={facts.data()?.agreed} fallback={<MenuItem refused={said(notTakenOver(props.room, home(), facts.data()))} onSelect={choose('take-over')}>{hostingWords().agree}</MenuItem>}>
        <MenuItem onSelect={choose('withdraw')}>{hostingWords().withdraw}</MenuItem>
      </Show>
      <MenuItem refused={said(notFetched(props.room, home(), props.whole))} onSelect={choose('fetch')}>{hostingWords().fetch}</MenuItem>
      <MenuItem refused={said(props.room.frozen ? undefined : 'sound')} onSelect={choose('lift')}>{roomWords().lift}</MenuItem>
      <MenuItem refused={said(notConfirmed(props.room, home(), facts.data()))} onSelect={choose('confirm')}>{hostingWords().confirm}</MenuItem>
    </>
  )
}

interface Asking {
  room: FederatedRoom
  name: string
  onClose: () => void
}

function HandOver(props: Asking & { onChange: () => void }): JSX.Element {
  const params = { path: { room_id: props.room.id } }
  const [to, setTo] = createSignal(props.room.servers[0] ?? '')
  const go = async (): Promise<void> => {
    await ask(api.POST('/v1/admin/federation/rooms/{room_id}/hand-over', { params, body: { server_name: to() } }))
    say(hostingWords().handedOver(to()))
    props.onChange()
  }
  return (
    <Confirm title={hostingWords().handOverTitle(props.name)} action={hostingWords().handOver} danger onConfirm={go} onClose={props.onClose}>
      <p>{hostingWords().handOverText}</p>
      <label class="field"><span>{hostingWords().to}</span>
        <select class="input" value={to()} onChange={(event) => setTo(event.currentTarget.value)}><For each={props.room.servers}>{(server) => <option value={server}>{server}</option>}</For></select>
        <small>{hostingWords().handOverFirst}</small>
      </label>
    </Confirm>
  )
}

function TakeOver(props: Asking): JSX.Element {
  const go = async (): Promise<void> => {
    await ask(api.POST('/v1/admin/federation/rooms/{room_id}/take-over', { params: { path: { room_id: props.room.id } } }))
    say(hostingWords().agreed(props.room.host))
  }
  return <Confirm title={hostingWords().agreeTitle(props.name)} action={hostingWords().agree} onConfirm={go} onClose={props.onClose}><p>{hostingWords().agreeText(props.room.host)}</p></Confirm>
}

function Withdraw(props: Asking): JSX.Element {
  const go = async (): Promise<void> => {
    await ask(api.DELETE('/v1/admin/federation/rooms/{room_id}/take-over', { params: { path: { room_id: props.room.id } } }))
    say(hostingWords().withdrawn)
  }
  return <Confirm title={hostingWords().withdraw} action={hostingWords().withdraw} onConfirm={go} onClose={props.onClose}><p><bdi>{props.name}</bdi></p></Confirm>
}

function Fetch(props: Asking & { onWhole: () => void }): JSX.Element {
  const go = async (): Promise<void> => {
    const { fetched, complete } = await ask(api.POST('/v1/admin/rooms/{room_id}/federation/backfill', { params: { path: { room_id: props.room.id } } }))
    if (complete) props.onWhole()
    say(complete ? hostingWords().fetchedAll(fetched) : hostingWords().fetched(fetched))
  }
  return <Confirm title={hostingWords().fetchTitle(props.name)} action={hostingWords().fetchAction} onConfirm={go} onClose={props.onClose}><p>{hostingWords().fetchText}</p></Confirm>
}

function Newest(props: Asking & { unheard: readonly string[] }): JSX.Element {
  const go = async (): Promise<void> => {
    try {
      await ask(api.POST('/v1/admin/federation/rooms/{room_id}/confirm-newest', { params: { path: { room_id: props.room.id } } }))
    } catch (error) {
      // A room that is in doubt no more is as good as not there, for this.
      throw Failure.from(error).status === 404 ? new Failure('not_in_doubt', hostingWords().notInDoubt) : error
    }
    say(hostingWords().confirmed)
  }
  return (
    <Confirm title={hostingWords().confirmTitle(props.name)} action={hostingWords().confirmAction} danger onConfirm={go} onClose={props.onClose}>
      <p>{hostingWords().confirmText}</p>
      <Show when={props.unheard.length > 0}><p>{hostingWords().unheard} <For each={props.unheard}>{(server, at) => <>{at() > 0 ? ', ' : ''}<bdi class="admin-strong">{server}</bdi></>}</For></p></Show>
    </Confirm>
  )
}
