import { useNavigate } from '@solidjs/router'
import Bell from 'lucide-solid/icons/bell'
import { createEffect, createMemo, createSignal, type JSX, on, Show } from 'solid-js'
import { type Alert, isApart, useLive } from '../../sync'
import { localized } from '../../ui'
import { leadsTo } from '../inbox'
import { handle, serverItself } from '../people'
import { categoryName } from '../reports'
import { isMuted, roomName } from '../rooms'
import { iconFor, isOver, titleFor, waiting } from './model'

const words = localized({
  en: { ask: 'Somebody has mentioned you. Shall this browser tell you when that happens?', yes: 'Yes', no: 'Not now', inRoom: (who: string, room: string) => `${who} in ${room}`, invites: 'invites you', reported: (what: string) => `A message was reported: ${what}` },
  nl: { ask: 'Iemand heeft je genoemd. Zal deze browser het je laten weten als dat gebeurt?', yes: 'Ja', no: 'Nu niet', inRoom: (who: string, room: string) => `${who} in ${room}`, invites: 'nodigt je uit', reported: (what: string) => `Een bericht is gemeld: ${what}` },
  de: { ask: 'Jemand hat Sie erwähnt. Soll dieser Browser Ihnen Bescheid geben, wenn das geschieht?', yes: 'Ja', no: 'Jetzt nicht', inRoom: (who: string, room: string) => `${who} in ${room}`, invites: 'lädt Sie ein', reported: (what: string) => `Eine Nachricht wurde gemeldet: ${what}` },
})

const ASKED = 'scaiwave.asked-to-notify'

/** Title and picture of the tab, and the browser's notifications: asked for when the first mention comes, not before. */
export function Notifications(): JSX.Element {
  const live = useLive()
  const navigate = useNavigate()
  const [isAsking, setIsAsking] = createSignal(false)

  const waits = createMemo(() => waiting(Object.values(live.state().rooms ?? {}), (room) => isMuted(room)))
  createEffect(() => {
    document.title = titleFor(waits(), live.me().tenant_name)
  })
  createEffect(() => {
    const icon = document.querySelector<HTMLLinkElement>('link[rel="icon"]')
    if (icon) icon.href = iconFor(waits())
  })

  const open = new Map<Notification, Alert>()
  createEffect(() => {
    const state = live.state()
    for (const [shown, alert] of open) {
      if (isOver(alert, state)) shown.close()
    }
  })

  createEffect(on(() => live.state().alert, (alert) => {
    if (!alert || !('Notification' in window)) return
    if (Notification.permission === 'default' && !isApart(alert.reason) && !localStorage.getItem(ASKED)) setIsAsking(true)
    if (Notification.permission === 'granted' && document.visibilityState !== 'visible') show(alert)
  }, { defer: true }))

  const show = (alert: Alert): void => {
    const room = live.state().rooms?.[alert.room_id]
    const who = serverItself(alert.sender_id) ?? handle(alert.sender_id, live.me().server_name)
    const title = room ? words().inRoom(who, roomName(room, live.state())) : who
    // The tag makes other tabs replace it instead of saying it again.
    const shown = new Notification(title, { body: textOf(alert), tag: alert.event_id, silent: alert.silent, icon: '/favicon.svg' })
    // The browser says so also when it was closed by us.
    shown.onclose = () => open.delete(shown)
    open.set(shown, alert)
    shown.onclick = () => {
      window.focus()
      navigate(leadsTo(alert))
      shown.close()
    }
  }
  const answer = (yes: boolean): void => {
    localStorage.setItem(ASKED, '1')
    setIsAsking(false)
    if (yes) void Notification.requestPermission()
  }

  return (
    <Show when={isAsking()}>
      <div class="ask-bar" role="region" aria-label={words().ask}>
        <Bell size={16} aria-hidden="true" />
        <span class="grow">{words().ask}</span>
        <button type="button" class="button button-main" onClick={() => answer(true)}>{words().yes}</button>
        <button type="button" class="button" onClick={() => answer(false)}>{words().no}</button>
      </div>
    </Show>
  )
}

function textOf(alert: Alert): string {
  if (alert.reason === 'invite') return words().invites
  return alert.reason === 'report' ? words().reported(categoryName(alert.snippet)) : alert.snippet
}
