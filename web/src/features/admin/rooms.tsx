import { createMemo, createSignal, For, type JSX, Show } from 'solid-js'
import { api, ask, type FederatedRoom } from '../../api'
import { useLive } from '../../sync'
import { say } from '../../ui'
import { readRooms } from './facts'
import { OutsideOf } from './outside'
import { Act, Confirm, Part, Trouble } from './part'
import { createReading } from './reading'
import { RoomMenu } from './room-menu'
import { words } from './words'
import { roomWords } from './words/rooms'

/** Which rooms are shared with which servers, and who outside can see them. */
export function SharedRooms(): JSX.Element {
  const rooms = createReading(() => undefined, readRooms)
  const [sought, setSought] = createSignal('')
  const found = createMemo(() => {
    const text = sought().trim().toLowerCase()
    return rooms.data()?.filter((room) => [room.name ?? '', room.host, ...room.servers, ...room.left].some((part) => part.toLowerCase().includes(text)))
  })
  return (
    <Part title={roomWords().title} of={rooms}>
      <label class="field"><span>{roomWords().filter}</span><input class="input" type="search" value={sought()} onInput={(event) => setSought(event.currentTarget.value)} /></label>
      <ul class="settings-list"><For each={found()} fallback={<li class="soft">{sought() ? words().nothing : roomWords().none}</li>}>{(room) => <Line room={room} onChange={() => void rooms.again()} />}</For></ul>
    </Part>
  )
}

function Line(props: { room: FederatedRoom; onChange: () => void }): JSX.Element {
  const live = useLive()
  const [shown, setShown] = createSignal(false)
  const [asking, setAsking] = createSignal<'close' | 'lift' | 'evidence'>()
  const name = (): string => props.room.name ?? words().noName
  const isOurs = (): boolean => props.room.host === live.me().server_name
  const params = { path: { room_id: props.room.id } }
  const federate = async (enabled: boolean): Promise<void> => {
    await ask(api.PUT('/v1/admin/rooms/{room_id}/federate', { params, body: { enabled } }))
    say(enabled ? roomWords().opened : roomWords().closed)
    props.onChange()
  }
  const lift = async (): Promise<void> => {
    const done = await ask(api.POST('/v1/admin/federation/rooms/{room_id}/lift', { params }))
    say(roomWords().lifted(done.set_aside, done.sent_again))
    props.onChange()
  }
  const close = (): void => {
    setAsking(undefined)
  }
  return (
    <li class="peer">
      <div class="grow">
        <p><bdi class="admin-strong">{name()}</bdi> <Show when={!props.room.federate}><span class="badge">{roomWords().kept}</span></Show> <Show when={props.room.frozen}><span class="badge badge-bad">{roomWords().frozen}</span></Show></p>
        <p class="small"><span class="soft">{roomWords().host}</span> <bdi>{props.room.host}</bdi><Show when={isOurs()}> <span class="soft">({words().thisServer})</span></Show> · {roomWords().people(props.room.local_people, props.room.foreign_people)}</p>
        <Show when={props.room.servers.length > 0}><p class="small"><span class="soft">{roomWords().servers}:</span> <Names of={props.room.servers} /></p></Show>
        <Show when={props.room.left.length > 0}><p class="small"><span class="soft">{roomWords().left}:</span> <Names of={props.room.left} /></p></Show>
        <Show when={props.room.frozen}>{(why) => <p class="small admin-bad" lang="en">{why()}</p>}</Show>
      </div>
      <div class="peer-actions">
        <button type="button" class="button" aria-expanded={shown()} onClick={() => setShown(!shown())}>{shown() ? roomWords().hide : roomWords().who}</button>
        <Show when={props.room.frozen}>
          <button type="button" class="button" onClick={() => setAsking('evidence')}>{roomWords().evidence}</button>
          <button type="button" class="button" onClick={() => setAsking('lift')}>{roomWords().lift}</button>
        </Show>
        <Act danger={props.room.federate} refused={isOurs() ? undefined : roomWords().elsewhere} onAct={() => setAsking('close')}>{props.room.federate ? roomWords().close : roomWords().open}</Act>
        <RoomMenu room={props.room} name={name()} onLift={() => setAsking('lift')} onChange={props.onChange} />
      </div>
      <Show when={shown()}><OutsideOf room={props.room.id} name={name()} /></Show>
      <Show when={asking() === 'close'}>
        <Confirm title={props.room.federate ? roomWords().closeTitle(name()) : roomWords().open} action={props.room.federate ? roomWords().close : roomWords().open} danger={props.room.federate} onConfirm={() => federate(!props.room.federate)} onClose={close}>
          <p>{props.room.federate ? roomWords().closeText(props.room.foreign_people) : name()}</p>
        </Confirm>
      </Show>
      <Show when={asking() === 'lift'}><Confirm title={roomWords().liftTitle(name())} action={roomWords().lift} onConfirm={lift} onClose={close}><p>{roomWords().liftText}</p></Confirm></Show>
      <Show when={asking() === 'evidence'}><Evidence room={props.room.id} onClose={close} /></Show>
    </li>
  )
}

function Names(props: { of: string[] }): JSX.Element {
  return <For each={props.of}>{(server, at) => <>{at() > 0 ? ', ' : ''}<bdi>{server}</bdi></>}</For>
}

function Evidence(props: { room: string; onClose: () => void }): JSX.Element {
  const evidence = createReading(() => undefined, () => ask(api.GET('/v1/admin/federation/rooms/{room_id}/evidence', { params: { path: { room_id: props.room } } })))
  return (
    <Confirm title={roomWords().evidence} action={words().close} onConfirm={async () => undefined} onClose={props.onClose}>
      <Trouble failure={evidence.failure()} />
      <For each={evidence.data()} fallback={<p class="soft">{evidence.loading() ? words().loading : roomWords().noEvidence}</p>}>
        {(line) => <div><p lang="en">{line.reason}</p><pre class="rejection-detail" tabindex="0">{JSON.stringify(line.document, null, 2)}</pre></div>}
      </For>
    </Confirm>
  )
}
