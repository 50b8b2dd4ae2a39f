import { useNavigate } from '@solidjs/router'
import Ellipsis from 'lucide-solid/icons/ellipsis'
import Globe from 'lucide-solid/icons/globe'
import UserPlus from 'lucide-solid/icons/user-plus'
import X from 'lucide-solid/icons/x'
import { createMemo, createSignal, For, type JSX, Show } from 'solid-js'
import { api, ask, type Member, type RoomListItem } from '../../api'
import { useLive } from '../../sync'
import { Avatar, Menu, MenuItem, say } from '../../ui'
import { attempt } from '../failures'
import { handle, MODERATES, parts, PersonName, PresenceDot, type Role, roleName, roleOf } from '../people'
import { directWith } from '../rooms'
import { groups } from './model'
import { words } from './words'

export function Members(props: { room: RoomListItem; onInvite: () => void; onClose: () => void }): JSX.Element {
  const live = useLive()
  const [filter, setFilter] = createSignal('')
  const home = (): string => live.me().server_name
  /** Of large rooms, and of those that were not read, the members are not kept for when the server is away. */
  const isKnown = (): boolean => live.readAt() === undefined || live.state().members[props.room.id] !== undefined
  const shown = createMemo(() => groups(live.state().members[props.room.id] ?? [], home(), filter()))
  return (
    <aside class="pane" aria-label={words().title} id="pane">
      <header class="pane-head">
        <h2 class="grow">{words().title}</h2>
        <button type="button" class="icon-button" aria-label={words().close} onClick={() => props.onClose()}><X size={18} aria-hidden="true" /></button>
      </header>
      <div class="members-tools">
        <input class="input" type="search" aria-label={words().filter} placeholder={words().filter} onInput={(event) => setFilter(event.currentTarget.value)} />
        <Show when={props.room.room_type !== 'dm'}>
          <button type="button" class="button" onClick={() => props.onInvite()}><UserPlus size={16} aria-hidden="true" /> {words().invite}</button>
        </Show>
      </div>
      <div class="pane-scroll" tabindex="0" role="group" aria-label={words().title}>
        <For each={shown()} fallback={<p class="soft small members-none">{isKnown() ? words().notFound : words().notKept}</p>}>
          {(group) => (
            <section>
              <h3 class="members-server">
                <Show when={group.server} fallback={words().invited}>
                  {(server) => <><Show when={server() !== home()}><Globe size={14} aria-hidden="true" /></Show><bdi>{server() === home() ? words().here : server()}</bdi></>}
                </Show>
                <span>{group.members.length}</span>
              </h3>
              <ul><For each={group.members}>{(member) => <MemberLine member={member} room={props.room} />}</For></ul>
            </section>
          )}
        </For>
      </div>
    </aside>
  )
}

function MemberLine(props: { member: Member; room: RoomListItem }): JSX.Element {
  const live = useLive()
  const [menu, setMenu] = createSignal<HTMLElement>()
  const name = (): string => props.member.participant.display_name
  const role = (): Role | undefined => roleOf(props.member.power_level)
  return (
    <li class="member">
      <span class="member-face">
        <Avatar name={name()} of={props.member.participant_id} />
        <Show when={props.member.membership === 'join'}><span class="member-dot"><PresenceDot presence={live.state().presence[props.member.participant_id]} /></span></Show>
      </span>
      <span class="grow">
        <PersonName name={name()} fqid={props.member.participant_id} />
        <p class="soft small truncate"><bdi>@{parts(props.member.participant_id).local}</bdi><Show when={role()}>{(role) => <> · {roleName(role())}</>}</Show></p>
      </span>
      <Show when={props.member.participant_id !== live.me().fqid}>
        <button type="button" class="icon-button" aria-label={words().more(name())} aria-haspopup="menu" aria-expanded={menu() !== undefined} onClick={(event) => setMenu(menu() ? undefined : event.currentTarget)}><Ellipsis size={17} aria-hidden="true" /></button>
        <Show when={menu()}>{(anchor) => <MemberMenu member={props.member} room={props.room} anchor={anchor()} onClose={() => setMenu(undefined)} />}</Show>
      </Show>
    </li>
  )
}

function MemberMenu(props: { member: Member; room: RoomListItem; anchor: HTMLElement; onClose: () => void }): JSX.Element {
  const live = useLive()
  const navigate = useNavigate()
  const fqid = (): string => props.member.participant_id
  const params = { path: { room_id: props.room.id } }
  const refused = (): string | undefined => {
    if (props.room.room_type === 'dm') return words().dmOnly
    const mine = props.room.power_level
    return mine >= MODERATES && mine > props.member.power_level ? undefined : words().needs
  }
  const act = (work: () => Promise<unknown>) => () => {
    props.onClose()
    void attempt(work())
  }
  const message = async (): Promise<void> => {
    navigate(`/rooms/${await directWith(live, fqid())}`)
  }
  const block = async (): Promise<void> => {
    await ask(api.POST('/v1/me/blocks', { body: { fqid: fqid() } }))
    say(words().blocked(handle(fqid(), live.me().server_name)))
  }
  const power = (level: number): Promise<unknown> => ask(api.PUT('/v1/rooms/{room_id}/power', { params, body: { participant_id: fqid(), level } }))
  const isInvited = (): boolean => props.member.membership === 'invite'
  return (
    <Menu anchor={props.anchor} label={words().more(props.member.participant.display_name)} onClose={props.onClose}>
      <MenuItem onSelect={act(message)}>{words().message}</MenuItem>
      <Show when={!isInvited()} fallback={<MenuItem refused={refused()} onSelect={act(() => ask(api.POST('/v1/rooms/{room_id}/uninvite', { params, body: { participant_id: fqid() } })))}>{words().uninvite}</MenuItem>}>
        <Show when={props.member.power_level < MODERATES} fallback={<MenuItem refused={refused()} onSelect={act(() => power(0))}>{words().makeMember}</MenuItem>}>
          <MenuItem refused={refused()} onSelect={act(() => power(MODERATES))}>{words().makeModerator}</MenuItem>
        </Show>
        <MenuItem danger refused={refused()} onSelect={act(() => ask(api.POST('/v1/rooms/{room_id}/kick', { params, body: { participant_id: fqid() } })))}>{words().kick}</MenuItem>
        <MenuItem danger refused={refused()} onSelect={act(() => ask(api.POST('/v1/rooms/{room_id}/ban', { params, body: { participant_id: fqid() } })))}>{words().ban}</MenuItem>
      </Show>
      <MenuItem danger onSelect={act(block)}>{words().block}</MenuItem>
    </Menu>
  )
}
