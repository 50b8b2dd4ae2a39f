import DoorOpen from 'lucide-solid/icons/door-open'
import Hash from 'lucide-solid/icons/hash'
import MessageCircle from 'lucide-solid/icons/message-circle'
import { createSignal, type JSX, Match, Show, Switch } from 'solid-js'
import { CreateRoom, NewMessage, PublicRooms, type RoomDialog } from '../features/rooms'
import { useLive } from '../sync'
import { words } from './words'

/** Where one is in no room; without any room it says what comes next. */
export function Home(): JSX.Element {
  const live = useLive()
  const [dialog, setDialog] = createSignal<RoomDialog>()
  const close = (): void => {
    setDialog(undefined)
  }
  const isEmpty = (): boolean => Object.values(live.state().rooms ?? { one: { membership: 'join' } }).every((room) => room.membership !== 'join')
  return (
    <main class="center page-empty" id="main" tabindex="-1">
      <div class="empty">
        <img src="/favicon.svg" alt="" width="56" height="56" />
        <h1>{words().welcome(live.me().display_name)}</h1>
        <Show when={isEmpty()} fallback={<p>{words().welcomeText}</p>}>
          <p>{words().firstText}</p>
          <ul class="next-steps">
            <li><button type="button" class="next-step" onClick={() => setDialog('create')}><Hash size={20} aria-hidden="true" /><span><strong>{words().firstRoom}</strong><span class="small">{words().firstRoomText}</span></span></button></li>
            <li><button type="button" class="next-step" onClick={() => setDialog('message')}><MessageCircle size={20} aria-hidden="true" /><span><strong>{words().firstMessage}</strong><span class="small">{words().firstMessageText}</span></span></button></li>
            <li><button type="button" class="next-step" onClick={() => setDialog('browse')}><DoorOpen size={20} aria-hidden="true" /><span><strong>{words().firstBrowse}</strong><span class="small">{words().firstBrowseText}</span></span></button></li>
          </ul>
        </Show>
      </div>
      <Switch>
        <Match when={dialog() === 'create'}><CreateRoom onClose={close} /></Match>
        <Match when={dialog() === 'message'}><NewMessage onClose={close} /></Match>
        <Match when={dialog() === 'browse'}><PublicRooms onClose={close} /></Match>
      </Switch>
    </main>
  )
}
