import { A } from '@solidjs/router'
import Hash from 'lucide-solid/icons/hash'
import Pencil from 'lucide-solid/icons/pencil'
import Trash from 'lucide-solid/icons/trash'
import { createMemo, For, type JSX, Show } from 'solid-js'
import { useLive } from '../../sync'
import { Avatar, dates } from '../../ui'
import { drafts, type ListedDraft } from '../composer'
import { roomName } from '../rooms'
import { pathOf, placeOf } from './model'
import { Page } from './page'
import { words } from './words'

/** What was begun and not sent. */
export function Drafts(): JSX.Element {
  const begun = createMemo(() => drafts.list())
  return (
    <Page title={words().drafts} isEmpty={begun().length === 0} icon={<Pencil size={36} aria-hidden="true" />} none={words().draftsNone} noneText={words().draftsNoneText}>
      <ul class="inbox"><For each={begun()}>{(draft) => <Line draft={draft} />}</For></ul>
    </Page>
  )
}

function Line(props: { draft: ListedDraft }): JSX.Element {
  const live = useLive()
  const place = (): ReturnType<typeof placeOf> => placeOf(props.draft.place)
  const room = createMemo(() => live.state().rooms?.[place().room])
  const name = createMemo(() => {
    const known = room()
    return known ? roomName(known, live.state()) : words().gone
  })
  return (
    <li class="inbox-line">
      <A href={pathOf(place().room, { thread: place().thread })} class="inbox-link">
        <span class="inbox-face"><Show when={room()?.dm_with} fallback={<Hash size={19} aria-hidden="true" />}>{(other) => <Avatar name={name()} of={other()} />}</Show></span>
        <span class="grow">
          <span class="inbox-about"><strong class="truncate truncate-name"><bdi>{name()}</bdi></strong> <Show when={place().thread}><span class="soft small">{words().inThread}</span></Show> <span class="soft small inbox-when">{dates.brief(new Date(props.draft.at).toISOString())}</span></span>
          <bdi class="soft inbox-text inbox-snippet">{props.draft.text}</bdi>
        </span>
      </A>
      <button type="button" class="icon-button" aria-label={words().discardOf(name())} title={words().discard} onClick={() => drafts.write(props.draft.place, '')}><Trash size={17} aria-hidden="true" /></button>
    </li>
  )
}
