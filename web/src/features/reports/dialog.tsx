import { createSignal, For, type JSX, Show } from 'solid-js'
import { api, ask, type RoomListItem } from '../../api'
import { type Line, useLive } from '../../sync'
import { Dialog, say } from '../../ui'
import { reasonOf } from '../failures'
import { PersonName } from '../people'
import { categoryName } from './categories'
import { CATEGORIES, type Category, newReport, TEXT_MAX } from './model'
import './style.css'
import { words } from './words'

/** Asks what is wrong with a message, and says to whom that goes before it goes there. */
export function ReportMessage(props: { line: Line; text: string; room: RoomListItem; onClose: () => void }): JSX.Element {
  const live = useLive()
  const [failure, setFailure] = createSignal<string>()
  const [busy, setBusy] = createSignal(false)
  const home = (): string => live.me().server_name
  const send = async (form: HTMLFormElement): Promise<void> => {
    const said = new FormData(form)
    const params = { path: { room_id: props.line.room_id, event_id: props.line.id } }
    setBusy(true)
    setFailure(undefined)
    try {
      await ask(api.POST('/v1/rooms/{room_id}/events/{event_id}/report', { params, body: newReport(said.get('category') as Category, String(said.get('text'))) }))
      say(words().sent(props.room.host))
      props.onClose()
    } catch (error) {
      setFailure(reasonOf(error))
    } finally {
      setBusy(false)
    }
  }
  return (
    <Dialog title={words().report} onClose={props.onClose}>
      <form class="form" onSubmit={(event) => {
        event.preventDefault()
        void send(event.currentTarget)
      }}>
        <blockquote class="report-quote">
          <PersonName name={props.line.sender.display_name} fqid={props.line.sender_id} strong />
          <p class="report-text" dir="auto">{props.text}</p>
        </blockquote>
        <p class="small">{props.room.host === home() ? words().here : words().away(props.room.host, home())}</p>
        <fieldset class="report-kinds">
          <legend>{words().what}</legend>
          <For each={CATEGORIES}>{(category, at) => <label class="check"><input type="radio" name="category" value={category} required autofocus={at() === 0} /><span>{categoryName(category)}</span></label>}</For>
        </fieldset>
        <label class="field"><span>{words().text}</span><textarea class="input" name="text" rows="3" maxlength={TEXT_MAX} /><small>{words().textHint}</small></label>
        <Show when={failure()}>{(why) => <p class="form-error" role="alert">{why()}</p>}</Show>
        <div class="form-actions">
          <button type="button" class="button" onClick={() => props.onClose()}>{words().cancel}</button>
          <button type="submit" class="button button-main" disabled={busy()}>{words().send}</button>
        </div>
      </form>
    </Dialog>
  )
}
