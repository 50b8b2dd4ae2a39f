import type { JSX } from 'solid-js'
import { api, ask, type RoomListItem } from '../api'
import { attempt } from '../features/failures'
import { useLive } from '../sync'
import { Dialog } from '../ui'
import { words } from './words'

export function Rename(props: { room: RoomListItem; onClose: () => void }): JSX.Element {
  const params = { path: { room_id: props.room.id } }
  const save = async (form: HTMLFormElement): Promise<void> => {
    const said = new FormData(form)
    const [name, topic] = [String(said.get('name')).trim(), String(said.get('topic')).trim()]
    const work = async (): Promise<void> => {
      if (name !== props.room.name) await ask(api.PUT('/v1/rooms/{room_id}/name', { params, body: { name } }))
      if (topic !== (props.room.topic ?? '')) await ask(api.PUT('/v1/rooms/{room_id}/topic', { params, body: { topic } }))
    }
    if (await attempt(work())) props.onClose()
  }
  return (
    <Dialog title={words().rename} onClose={props.onClose}>
      <form class="form" onSubmit={(event) => {
        event.preventDefault()
        void save(event.currentTarget)
      }}>
        <label class="field"><span>{words().name}</span><input class="input" name="name" value={props.room.name ?? ''} required autofocus /></label>
        <label class="field"><span>{words().topic}</span><input class="input" name="topic" value={props.room.topic ?? ''} /></label>
        <div class="form-actions"><button type="submit" class="button button-main">{words().save}</button></div>
      </form>
    </Dialog>
  )
}

export function Leave(props: { room: RoomListItem; name: string; onLeft: () => void; onClose: () => void }): JSX.Element {
  const live = useLive()
  const leave = async (): Promise<void> => {
    if (!(await attempt(ask(api.POST('/v1/rooms/{room_id}/leave', { params: { path: { room_id: props.room.id } } }))))) return
    await live.refresh('list').catch(() => undefined)
    props.onClose()
    props.onLeft()
  }
  return (
    <Dialog title={words().leaveSure(props.name)} onClose={props.onClose}>
      <p>{words().leaveText}</p>
      <div class="form-actions">
        <button type="button" class="button" onClick={() => props.onClose()}>{words().cancel}</button>
        <button type="button" class="button button-danger" onClick={() => void leave()}>{words().leave}</button>
      </div>
    </Dialog>
  )
}
