import Ellipsis from 'lucide-solid/icons/ellipsis'
import { createResource, createSignal, For, type JSX, Show } from 'solid-js'
import { type Account, api, ask, Failure } from '../../api'
import { useLive } from '../../sync'
import { attempt, Avatar, Menu, MenuItem } from '../../ui'
import { words } from './words'

export function Accounts(): JSX.Element {
  const [list, { refetch }] = createResource(() => ask(api.GET('/v1/admin/participants', { params: { query: { limit: 200 } } })))
  return (
    <section class="settings-part" aria-labelledby="a-people">
      <h2 id="a-people">{words().people}</h2>
      <Show when={!list.error} fallback={<p class="form-error" role="alert">{Failure.from(list.error).message}</p>}>
        <ul class="settings-list"><For each={list()}>{(account) => <Line account={account} onChange={() => void refetch()} />}</For></ul>
      </Show>
    </section>
  )
}

function Line(props: { account: Account; onChange: () => void }): JSX.Element {
  const live = useLive()
  const [menu, setMenu] = createSignal<HTMLElement>()
  const params = { path: { participant_id: props.account.id } }
  const act = (work: () => Promise<unknown>) => async () => {
    setMenu(undefined)
    await attempt(work())
    props.onChange()
  }
  const role = (wanted: 'admin' | 'member') => act(() => ask(api.PUT('/v1/admin/participants/{participant_id}/role', { params, body: { role: wanted } })))
  return (
    <li>
      <Avatar name={props.account.display_name} of={props.account.fqid} />
      <span class="grow truncate">
        <bdi>{props.account.display_name}</bdi> <span class="soft small">@{props.account.local_id}</span>
        <Show when={props.account.role === 'admin'}> <span class="badge">{words().admin}</span></Show>
        <Show when={props.account.deactivated_at}> <span class="badge badge-bad">{words().gone}</span></Show>
      </span>
      <Show when={props.account.id !== live.me().id}>
        <button type="button" class="icon-button" aria-label={words().more(props.account.display_name)} aria-haspopup="menu" aria-expanded={menu() !== undefined} onClick={(event) => setMenu(menu() ? undefined : event.currentTarget)}><Ellipsis size={17} aria-hidden="true" /></button>
        <Show when={menu()}>
          {(anchor) => (
            <Menu anchor={anchor()} label={words().more(props.account.display_name)} onClose={() => setMenu(undefined)}>
              <Show when={props.account.role === 'admin'} fallback={<MenuItem onSelect={role('admin')}>{words().makeAdmin}</MenuItem>}><MenuItem onSelect={role('member')}>{words().makeMember}</MenuItem></Show>
              <Show when={props.account.deactivated_at} fallback={<MenuItem danger onSelect={act(() => ask(api.POST('/v1/admin/participants/{participant_id}/deactivate', { params })))}>{words().deactivate}</MenuItem>}>
                <MenuItem onSelect={act(() => ask(api.POST('/v1/admin/participants/{participant_id}/reactivate', { params })))}>{words().reactivate}</MenuItem>
              </Show>
            </Menu>
          )}
        </Show>
      </Show>
    </li>
  )
}
