import { useNavigate } from '@solidjs/router'
import Globe from 'lucide-solid/icons/globe'
import Inbox from 'lucide-solid/icons/inbox'
import { createSignal, For, type JSX, onMount, Show } from 'solid-js'
import { api, ask, type Invitation } from '../../api'
import { useLive } from '../../sync'
import { Avatar, dates, localized, Menu, MenuItem, say } from '../../ui'
import { attempt } from '../failures'
import { parts, PersonName } from '../people'

const words = localized({
  en: {
    title: 'Invitations', none: 'No invitations', noneText: 'When somebody invites you to a room, here or from another server, you decide about it here.', accept: 'Accept', decline: 'Decline', block: 'Block…', blockPerson: (who: string) => `Block ${who}`, blockServer: (server: string) => `Block everybody of ${server}`,
    toRoom: (room: string) => `invites you to ${room}`, toUnnamed: 'invites you to a room', toDm: 'wants to write to you', requests: 'Requests', requestsText: 'From people you have never dealt with. Nothing was announced, and they learn nothing until you accept.', hosted: (server: string) => `hosted by ${server}`, shared: (n: number) => (n === 1 ? '1 server takes part' : `${n} servers take part`), inCommon: (n: number, server: string) => (n === 1 ? `1 room shared with ${server}` : `${n} rooms shared with ${server}`), blocked: 'Blocked. You will hear nothing more.', joined: 'You are in.', nameHidden: 'Its name is shown when you are in.',
  },
  nl: {
    title: 'Uitnodigingen', none: 'Geen uitnodigingen', noneText: 'Als iemand je voor een kamer uitnodigt, hier of van een andere server, beslis je daar hier over.', accept: 'Aannemen', decline: 'Afwijzen', block: 'Blokkeren…', blockPerson: (who: string) => `${who} blokkeren`, blockServer: (server: string) => `Iedereen van ${server} blokkeren`,
    toRoom: (room: string) => `nodigt je uit voor ${room}`, toUnnamed: 'nodigt je uit voor een kamer', toDm: 'wil je schrijven', requests: 'Verzoeken', requestsText: 'Van mensen met wie je nog nooit te maken had. Er is niets aangekondigd, en zij vernemen niets tot je aanneemt.', hosted: (server: string) => `op ${server}`, shared: (n: number) => (n === 1 ? '1 server doet mee' : `${n} servers doen mee`), inCommon: (n: number, server: string) => (n === 1 ? `1 kamer gedeeld met ${server}` : `${n} kamers gedeeld met ${server}`), blocked: 'Geblokkeerd. Je hoort er niets meer van.', joined: 'Je bent binnen.', nameHidden: 'De naam zie je als je binnen bent.',
  },
  de: {
    title: 'Einladungen', none: 'Keine Einladungen', noneText: 'Wenn Sie jemand in einen Raum einlädt, von hier oder von einem anderen Server, entscheiden Sie hier darüber.', accept: 'Annehmen', decline: 'Ablehnen', block: 'Blockieren…', blockPerson: (who: string) => `${who} blockieren`, blockServer: (server: string) => `Alle von ${server} blockieren`,
    toRoom: (room: string) => `lädt Sie in ${room} ein`, toUnnamed: 'lädt Sie in einen Raum ein', toDm: 'möchte Ihnen schreiben', requests: 'Anfragen', requestsText: 'Von Personen, mit denen Sie noch nie zu tun hatten. Nichts wurde angekündigt, und sie erfahren nichts, bis Sie annehmen.', hosted: (server: string) => `bei ${server}`, shared: (n: number) => (n === 1 ? '1 Server nimmt teil' : `${n} Server nehmen teil`), inCommon: (n: number, server: string) => (n === 1 ? `1 Raum mit ${server} geteilt` : `${n} Räume mit ${server} geteilt`), blocked: 'Blockiert. Sie hören nichts mehr davon.', joined: 'Sie sind dabei.', nameHidden: 'Den Namen sehen Sie, sobald Sie dabei sind.',
  },
})

/** A calm tray: no words of strangers, and nothing happens until somebody decides. */
export function Invitations(): JSX.Element {
  const live = useLive()
  onMount(() => void live.refresh('invitations').catch(() => undefined))
  const known = (): Invitation[] => live.state().invitations.filter((invitation) => !invitation.first_contact)
  const requests = (): Invitation[] => live.state().invitations.filter((invitation) => invitation.first_contact)
  return (
    <main class="page" id="main" tabindex="-1">
      <div class="page-inside">
        <h1>{words().title}</h1>
        <Show when={live.state().invitations.length === 0}>
          <div class="empty invitations-none"><Inbox size={36} aria-hidden="true" /><h2>{words().none}</h2><p>{words().noneText}</p></div>
        </Show>
        <ul class="invitations"><For each={known()}>{(invitation) => <Card invitation={invitation} />}</For></ul>
        <Show when={requests().length > 0}>
          <section>
            <h2>{words().requests}</h2>
            <p class="soft small">{words().requestsText}</p>
            <ul class="invitations"><For each={requests()}>{(invitation) => <Card invitation={invitation} />}</For></ul>
          </section>
        </Show>
      </div>
    </main>
  )
}

function Card(props: { invitation: Invitation }): JSX.Element {
  const live = useLive()
  const navigate = useNavigate()
  const [busy, setBusy] = createSignal(false)
  const [menu, setMenu] = createSignal<HTMLElement>()
  const params = { path: { room_id: props.invitation.room_id } }
  const server = (): string => parts(props.invitation.inviter_id).server
  const isForeign = (): boolean => server() !== live.me().server_name
  /** Rooms of one's own in which that server is: a hint whether it is a stranger's. */
  const inCommon = (): number => Object.values(live.state().rooms ?? {}).filter((room) => room.membership === 'join' && (room.host === server() || room.servers.includes(server()))).length
  const act = async (work: () => Promise<unknown>): Promise<boolean> => {
    setMenu(undefined)
    setBusy(true)
    const done = await attempt(work())
    await live.refresh('invitations').catch(() => undefined)
    setBusy(false)
    return done
  }
  const accept = async (): Promise<void> => {
    const done = await act(() => ask(api.POST('/v1/me/invitations/{room_id}/accept', { params })))
    if (!done) return
    await live.refresh('list').catch(() => undefined)
    navigate(`/rooms/${props.invitation.room_id}`)
  }
  const block = async (whom: 'inviter' | 'server'): Promise<void> => {
    if (await act(() => ask(api.POST('/v1/me/invitations/{room_id}/block', { params, body: { whom } })))) say(words().blocked)
  }
  const toWhat = (): string => {
    const { room_type, name } = props.invitation
    if (room_type === 'dm') return words().toDm
    return name ? words().toRoom(name) : words().toUnnamed
  }
  return (
    <li class="invitation">
      <Avatar name={props.invitation.inviter.display_name} of={props.invitation.inviter_id} />
      <div class="grow">
        <p><PersonName name={props.invitation.inviter.display_name} fqid={props.invitation.inviter_id} strong /> <bdi>{toWhat()}</bdi></p>
        <p class="soft small">
          <Show when={isForeign()}><Globe size={13} aria-hidden="true" /> {words().hosted(props.invitation.host)} · {words().shared(props.invitation.servers.length)} · <Show when={inCommon() > 0}>{words().inCommon(inCommon(), server())} · </Show></Show>
          {dates.brief(props.invitation.created_at)}
        </p>
        <Show when={isForeign() && !props.invitation.name && props.invitation.room_type !== 'dm'}><p class="soft small">{words().nameHidden}</p></Show>
        <div class="invitation-actions">
          <button type="button" class="button button-main" disabled={busy()} onClick={() => void accept()}>{words().accept}</button>
          <button type="button" class="button" disabled={busy()} onClick={() => void act(() => ask(api.POST('/v1/me/invitations/{room_id}/decline', { params })))}>{words().decline}</button>
          <button type="button" class="button" disabled={busy()} aria-haspopup="menu" aria-expanded={menu() !== undefined} onClick={(event) => setMenu(menu() ? undefined : event.currentTarget)}>{words().block}</button>
          <Show when={menu()}>
            {(anchor) => (
              <Menu anchor={anchor()} label={words().block} onClose={() => setMenu(undefined)}>
                <MenuItem danger onSelect={() => void block('inviter')}>{words().blockPerson(props.invitation.inviter.display_name)}</MenuItem>
                <Show when={isForeign()}><MenuItem danger onSelect={() => void block('server')}>{words().blockServer(server())}</MenuItem></Show>
              </Menu>
            )}
          </Show>
        </div>
      </div>
    </li>
  )
}
