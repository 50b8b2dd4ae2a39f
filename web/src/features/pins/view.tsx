import CornerUpLeft from 'lucide-solid/icons/corner-up-left'
import PinOff from 'lucide-solid/icons/pin-off'
import X from 'lucide-solid/icons/x'
import { For, type JSX, Show } from 'solid-js'
import type { Pin } from '../../api'
import { Avatar, dates } from '../../ui'
import { PersonName } from '../people'
import { messageOf } from '../timeline'
import { words } from './words'

/** What the room keeps in sight, the newest pin first. */
export function Pins(props: { pins: readonly Pin[]; failed: boolean; mayUnpin: boolean; onShow: (id: string) => void; onUnpin: (id: string) => void; onClose: () => void }): JSX.Element {
  return (
    <aside class="pane" aria-label={words().title} id="pane">
      <header class="pane-head">
        <h2 class="grow">{words().title}</h2>
        <button type="button" class="icon-button" aria-label={words().close} onClick={() => props.onClose()}><X size={18} aria-hidden="true" /></button>
      </header>
      <div class="pane-scroll" tabindex="0" role="group" aria-label={words().title}>
        <Show when={props.failed}><p class="pins-none soft small" role="alert">{words().failed}</p></Show>
        <ol class="pins">
          <For each={props.pins} fallback={<li class="pins-none soft small">{words().none}</li>}>
            {(pin) => (
              <li class="pin">
                <Show when={pin.event} fallback={<p class="soft small">{words().old}</p>}>
                  {(event) => (
                    <>
                      <header class="pin-head">
                        <Avatar name={event().sender.display_name} of={event().sender_id} size="small" />
                        <span class="grow truncate"><PersonName name={event().sender.display_name} fqid={event().sender_id} strong /></span>
                        <time class="soft small" datetime={event().created_at} title={dates.moment(event().created_at)}>{dates.brief(event().created_at)}</time>
                      </header>
                      <p class="pin-text" dir="auto">{event().redacted_at ? words().redacted : messageOf(event()).body}</p>
                    </>
                  )}
                </Show>
                <div class="pin-actions">
                  <button type="button" class="button" onClick={() => props.onShow(pin.event_id)}><CornerUpLeft size={15} aria-hidden="true" /> {words().go}</button>
                  <Show when={props.mayUnpin}><button type="button" class="icon-button" aria-label={words().unpin} title={words().unpin} onClick={() => props.onUnpin(pin.event_id)}><PinOff size={16} aria-hidden="true" /></button></Show>
                </div>
              </li>
            )}
          </For>
        </ol>
      </div>
    </aside>
  )
}
