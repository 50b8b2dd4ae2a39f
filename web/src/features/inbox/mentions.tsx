import { A } from '@solidjs/router'
import AtSign from 'lucide-solid/icons/at-sign'
import { createEffect, createSignal, For, type JSX, on, Show } from 'solid-js'
import { api, ask, type InboxItem } from '../../api'
import { useLive } from '../../sync'
import { Avatar, dates, Spinner } from '../../ui'
import { reasonOf } from '../failures'
import { PersonName, serverItself } from '../people'
import { categoryName } from '../reports'
import { roomName } from '../rooms'
import { plain } from '../timeline'
import { leadsTo } from './model'
import { Page } from './page'
import { words } from './words'

const PAGE = 50

/** Whatever speaks to somebody, read or not, newest first. */
export function Mentions(): JSX.Element {
  const live = useLive()
  const [items, setItems] = createSignal<InboxItem[]>()
  const [more, setMore] = createSignal(false)
  const [failure, setFailure] = createSignal<string>()
  const read = async (offset: number): Promise<void> => {
    try {
      const page = await ask(api.GET('/v1/inbox/priority', { params: { query: { limit: PAGE, offset } } }))
      setItems((before) => (offset === 0 ? page : [...(before ?? []), ...page]))
      setMore(page.length === PAGE)
      setFailure(undefined)
    } catch (error) {
      setFailure(reasonOf(error))
    }
  }
  // What comes while one looks stands above.
  createEffect(on(() => [live.state().alert?.event_id, live.state().resettled], () => void read(0)))
  return (
    <Page title={words().mentions} isEmpty={items()?.length === 0 && !failure()} icon={<AtSign size={36} aria-hidden="true" />} none={words().mentionsNone} noneText={words().mentionsNoneText}>
      <Show when={failure()}>{(why) => <p class="form-error" role="alert">{why()}</p>}</Show>
      <Show when={items()} fallback={<Show when={!failure()}><Spinner label={words().loading} /></Show>}>
        {(known) => (
          <>
            <ol class="inbox"><For each={known()}>{(item) => <li class="inbox-line"><Line item={item} /></li>}</For></ol>
            <Show when={more()}><div><button type="button" class="button" onClick={() => void read(known().length)}>{words().older}</button></div></Show>
          </>
        )}
      </Show>
    </Page>
  )
}

function Line(props: { item: InboxItem }): JSX.Element {
  const live = useLive()
  const did = (): string => {
    const known = (['direct_mention', 'reply', 'keyword_alert', 'room_mention', 'dm', 'invite', 'report', 'alarm'] as const).find((one) => one === props.item.reason)
    return known ? words()[known] : words().other
  }
  const room = (): string => {
    const known = live.state().rooms?.[props.item.room_id]
    return known ? roomName(known, live.state()) : (props.item.room_name ?? '')
  }
  return (
    <A href={leadsTo(props.item)} class="inbox-link">
      <Avatar name={serverItself(props.item.sender_id) ?? props.item.sender_name} of={props.item.sender_id} />
      <span class="grow">
        <span class="inbox-about">
          <Show when={serverItself(props.item.sender_id)} fallback={<PersonName name={props.item.sender_name} fqid={props.item.sender_id} strong />}>{(server) => <bdi class="person-strong truncate">{server()}</bdi>}</Show> <span class="soft small inbox-when">{dates.brief(props.item.created_at)}</span>
        </span>
        <span class="soft small truncate inbox-text">{did()}<Show when={room()}> · <bdi>{room()}</bdi></Show></span>
        <bdi class="inbox-text inbox-snippet">{props.item.reason === 'report' ? categoryName(props.item.snippet) : plain(props.item.snippet)}</bdi>
      </span>
    </A>
  )
}
