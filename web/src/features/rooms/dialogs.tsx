import { useNavigate } from '@solidjs/router'
import { createResource, createSignal, For, type JSX, Show } from 'solid-js'
import { api, ask, type Room } from '../../api'
import { useLive } from '../../sync'
import { Dialog, ready, say, Spinner } from '../../ui'
import { attempt, reasonOf } from '../failures'
import { handle } from '../people'
import { directWith } from './direct'
import { FindPerson } from './find-person'
import { roomName } from './room-name'
import { words } from './words'

export function CreateRoom(props: { onClose: () => void }): JSX.Element {
  const live = useLive()
  const navigate = useNavigate()
  const [failure, setFailure] = createSignal<string>()
  const [busy, setBusy] = createSignal(false)

  const create = async (form: HTMLFormElement): Promise<void> => {
    const said = new FormData(form)
    const topic = String(said.get('topic') ?? '').trim()
    setBusy(true)
    try {
      const room = await ask(api.POST('/v1/rooms', {
        body: {
          name: String(said.get('name') ?? '').trim(),
          room_type: said.has('public') ? 'public' : 'group',
          federate: said.has('federate'),
          ...(topic ? { topic } : {}),
        },
      }))
      await live.refresh('list')
      props.onClose()
      navigate(`/rooms/${room.id}`)
    } catch (error) {
      setFailure(reasonOf(error))
    } finally {
      setBusy(false)
    }
  }

  return (
    <Dialog title={words().create} onClose={props.onClose}>
      <form class="form" onSubmit={(event) => {
        event.preventDefault()
        void create(event.currentTarget)
      }}>
        <label class="field"><span>{words().name}</span><input class="input" name="name" required maxlength={100} autofocus autocomplete="off" /></label>
        <label class="field"><span>{words().topic}</span><input class="input" name="topic" maxlength={500} autocomplete="off" /><small>{words().topicHint}</small></label>
        <label class="check"><input type="checkbox" name="public" /><span>{words().isPublic}</span></label>
        <label class="check"><input type="checkbox" name="federate" checked /><span>{words().federate}</span></label>
        <Show when={failure()}>{(why) => <p class="form-error" role="alert">{why()}</p>}</Show>
        <div class="form-actions">
          <button type="button" class="button" onClick={() => props.onClose()}>{words().cancel}</button>
          <button type="submit" class="button button-main" disabled={busy()}>{words().createNow}</button>
        </div>
      </form>
    </Dialog>
  )
}

export function NewMessage(props: { onClose: () => void }): JSX.Element {
  const live = useLive()
  const navigate = useNavigate()
  const [failure, setFailure] = createSignal<string>()

  const start = async (fqid: string): Promise<void> => {
    try {
      const room = await directWith(live, fqid)
      props.onClose()
      navigate(`/rooms/${room}`)
    } catch (error) {
      setFailure(reasonOf(error))
    }
  }

  return (
    <Dialog title={words().message} onClose={props.onClose}>
      <FindPerson label={words().whom} verb={words().start} foreign={undefined} onChosen={(fqid) => void start(fqid)} />
      <Show when={failure()}>{(why) => <p class="form-error" role="alert">{why()}</p>}</Show>
    </Dialog>
  )
}

export function Invite(props: { room: Room; onClose: () => void }): JSX.Element {
  const live = useLive()
  const [failure, setFailure] = createSignal<string>()
  const name = (): string => roomName(props.room, live.state())
  const inside = (): string[] => (live.state().members[props.room.id] ?? [])
    .filter((member) => member.membership === 'join' || member.membership === 'invite')
    .map((member) => member.participant_id)

  const invite = async (fqid: string): Promise<void> => {
    const params = { path: { room_id: props.room.id } }
    try {
      await ask(api.POST('/v1/rooms/{room_id}/invitations', { params, body: { fqid } }))
      say(words().inviteDone(handle(fqid, live.me().server_name)))
      props.onClose()
    } catch (error) {
      setFailure(reasonOf(error))
    }
  }

  return (
    <Dialog title={words().inviteTitle(name())} onClose={props.onClose}>
      <FindPerson label={words().whom} verb={words().invite} without={inside()} foreign={props.room.federate ? undefined : words().notFederated} onChosen={(fqid) => void invite(fqid)} />
      <Show when={failure()}>{(why) => <p class="form-error" role="alert">{why()}</p>}</Show>
    </Dialog>
  )
}

export function PublicRooms(props: { onClose: () => void }): JSX.Element {
  const live = useLive()
  const navigate = useNavigate()
  const [found] = createResource(() => ask(api.GET('/v1/directory/rooms', { params: { query: { room_type: 'public', limit: 100 } } })))

  const enter = async (id: string, joined: boolean): Promise<void> => {
    const join = async (): Promise<void> => {
      if (!joined) await ask(api.POST('/v1/rooms/{room_id}/join', { params: { path: { room_id: id } } }))
      await live.refresh('list')
    }
    if (!(await attempt(join()))) return
    props.onClose()
    navigate(`/rooms/${id}`)
  }

  return (
    <Dialog title={words().browse} onClose={props.onClose}>
      <Show when={found.error}><p class="form-error" role="alert">{reasonOf(found.error)}</p></Show>
      <Show when={found.loading}><div class="center"><Spinner label={words().loading} /></div></Show>
      <Show when={ready(found)?.length !== 0} fallback={<p class="soft">{words().none}</p>}>
        <ul class="public-rooms">
          <For each={ready(found)}>
            {(room) => (
              <li class="public-room">
                <span class="grow">
                  <strong class="truncate truncate-name"><bdi>{room.name ?? words().unnamed}</bdi></strong>
                  <p class="soft small truncate">{words().members(room.member_count)}<Show when={room.topic}> · <bdi>{room.topic}</bdi></Show></p>
                </span>
                <button type="button" class="button" onClick={() => void enter(room.id, room.joined)}>{room.joined ? words().open : words().join}</button>
              </li>
            )}
          </For>
        </ul>
      </Show>
    </Dialog>
  )
}
