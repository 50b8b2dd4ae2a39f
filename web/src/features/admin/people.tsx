import Ellipsis from 'lucide-solid/icons/ellipsis'
import { createSignal, For, type JSX, Match, Show, Switch } from 'solid-js'
import { type Account, api, ask, askWithMeta } from '../../api'
import { useLive } from '../../sync'
import { Avatar, dates, Menu, MenuItem } from '../../ui'
import { attempt } from '../failures'
import { CreateAccount, ResetPassword } from './account-dialogs'
import { Confirm, Part } from './part'
import { createReading } from './reading'
import { words } from './words'
import { personWords } from './words/people'

const PAGE = 50

/** Everybody with an account, page by page. */
export function People(): JSX.Element {
  const [query, setQuery] = createSignal({ q: '', offset: 0 })
  const [creating, setCreating] = createSignal(false)
  const list = createReading(query, async ({ q, offset }) => {
    const { data, meta } = await askWithMeta(api.GET('/v1/admin/participants', { params: { query: { limit: PAGE, offset, ...(q ? { q } : {}) } } }))
    return { accounts: data, more: meta.has_more }
  })
  const offset = (): number => query().offset
  const count = (): number => list.data()?.accounts.length ?? 0
  const go = (by: number): unknown => setQuery((known) => ({ ...known, offset: Math.max(0, known.offset + by) }))
  return (
    <Part title={personWords().title} of={list}>
      <form class="settings-row" role="search" onSubmit={(event) => {
        event.preventDefault()
        setQuery({ q: String(new FormData(event.currentTarget).get('q') ?? '').trim(), offset: 0 })
      }}>
        <label class="field grow"><span>{personWords().find}</span><input class="input" name="q" type="search" value={query().q} /></label>
        <button type="submit" class="button">{words().filter}</button>
        <button type="button" class="button button-main" onClick={() => setCreating(true)}>{personWords().create}</button>
      </form>
      <ul class="settings-list"><For each={list.data()?.accounts} fallback={<li class="soft">{personWords().none}</li>}>{(account) => <Line account={account} onChange={() => void list.again()} />}</For></ul>
      <Show when={offset() > 0 || list.data()?.more}>
        <div class="pager">
          <button type="button" class="button" disabled={offset() === 0} onClick={() => go(-PAGE)}>{words().previous}</button>
          <span class="soft small" role="status">{words().page(offset() + 1, offset() + count())}</span>
          <button type="button" class="button" disabled={!list.data()?.more} onClick={() => go(PAGE)}>{words().next}</button>
        </div>
      </Show>
      <Show when={creating()}><CreateAccount onClose={() => {
        setCreating(false)
        void list.again()
      }} /></Show>
    </Part>
  )
}

function Line(props: { account: Account; onChange: () => void }): JSX.Element {
  const live = useLive()
  const [menu, setMenu] = createSignal<HTMLElement>()
  const [asking, setAsking] = createSignal<'admin' | 'close' | 'totp' | 'reset'>()
  const params = { path: { participant_id: props.account.id } }
  const name = (): string => props.account.display_name
  const isMe = (): boolean => props.account.id === live.me().id
  const ask_ = (what: 'admin' | 'close' | 'totp' | 'reset') => () => {
    setMenu(undefined)
    setAsking(what)
  }
  const done = async (work: Promise<unknown>): Promise<void> => {
    await work
    props.onChange()
  }
  const now = (work: () => Promise<unknown>) => () => {
    setMenu(undefined)
    void attempt(done(work()))
  }
  const close = (): void => {
    setAsking(undefined)
  }
  const role = (wanted: 'admin' | 'member'): Promise<unknown> => ask(api.PUT('/v1/admin/participants/{participant_id}/role', { params, body: { role: wanted } }))
  const times = (): string => [props.account.last_seen_at ? personWords().seen(dates.brief(props.account.last_seen_at)) : personWords().neverSeen, personWords().made(dates.brief(props.account.created_at))].join(' · ')
  return (
    <li>
      <Avatar name={name()} of={props.account.fqid} />
      <div class="grow account">
        <p><bdi>{name()}</bdi> <bdi class="soft small">@{props.account.local_id}</bdi>
          <Show when={isMe()}> <span class="badge">{personWords().you}</span></Show>
          <Show when={props.account.role === 'admin'}> <span class="badge">{personWords().admin}</span></Show>
          <Show when={props.account.deactivated_at}> <span class="badge badge-bad">{personWords().gone}</span></Show>
        </p>
        <p class="soft small">{times()}</p>
      </div>
      <Show when={!isMe()}>
        <button type="button" class="icon-button" aria-label={personWords().more(name())} aria-haspopup="menu" aria-expanded={menu() !== undefined} onClick={(event) => setMenu(menu() ? undefined : event.currentTarget)}><Ellipsis size={17} aria-hidden="true" /></button>
        <Show when={menu()}>
          {(anchor) => (
            <Menu anchor={anchor()} label={personWords().more(name())} onClose={() => setMenu(undefined)}>
              <Show when={props.account.deactivated_at} fallback={<OpenAccount account={props.account} onAsk={ask_} onMember={now(() => role('member'))} />}>
                <MenuItem onSelect={now(() => ask(api.POST('/v1/admin/participants/{participant_id}/reactivate', { params })))}>{personWords().reactivate}</MenuItem>
              </Show>
            </Menu>
          )}
        </Show>
      </Show>
      <Switch>
        <Match when={asking() === 'admin'}><Confirm title={personWords().adminTitle(name())} action={personWords().makeAdmin} onConfirm={() => done(role('admin'))} onClose={close}><p>{personWords().adminText}</p></Confirm></Match>
        <Match when={asking() === 'close'}><Confirm title={personWords().deactivateTitle(name())} action={personWords().deactivate} danger onConfirm={() => done(ask(api.POST('/v1/admin/participants/{participant_id}/deactivate', { params })))} onClose={close}><p>{personWords().deactivateText}</p></Confirm></Match>
        <Match when={asking() === 'totp'}><Confirm title={personWords().totpTitle(name())} action={personWords().totp} danger onConfirm={() => done(ask(api.DELETE('/v1/admin/participants/{participant_id}/totp', { params })))} onClose={close}><p>{personWords().totpText}</p></Confirm></Match>
        <Match when={asking() === 'reset'}><ResetPassword id={props.account.id} name={name()} onClose={close} /></Match>
      </Switch>
    </li>
  )
}

function OpenAccount(props: { account: Account; onAsk: (what: 'admin' | 'close' | 'totp' | 'reset') => () => void; onMember: () => void }): JSX.Element {
  return (
    <>
      <MenuItem onSelect={props.onAsk('reset')}>{personWords().reset}</MenuItem>
      <Show when={props.account.role === 'admin'} fallback={<MenuItem onSelect={props.onAsk('admin')}>{personWords().makeAdmin}</MenuItem>}><MenuItem onSelect={props.onMember}>{personWords().makeMember}</MenuItem></Show>
      <MenuItem onSelect={props.onAsk('totp')}>{personWords().totp}</MenuItem>
      <MenuItem danger onSelect={props.onAsk('close')}>{personWords().deactivate}</MenuItem>
    </>
  )
}
