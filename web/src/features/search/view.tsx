import { useNavigate, useSearchParams } from '@solidjs/router'
import Search from 'lucide-solid/icons/search'
import { createResource, createSignal, For, type JSX, Show } from 'solid-js'
import { api, askWithMeta, type SearchHit } from '../../api'
import { useLive } from '../../sync'
import { Avatar, dates, localized, Spinner } from '../../ui'
import { reasonOf } from '../failures'
import { PersonName } from '../people'
import { roomName } from '../rooms'
import { marked } from './highlight'

const words = localized({
  en: {
    title: 'Search', inRoom: 'Only in', everywhere: 'Search everywhere', label: 'Search messages', hint: 'Words, "phrases", and filters: from:@bob, in:"room name", before:2026-01-31, after:2026-01-31, has:link. What others wrote is searched where it is stored here; nobody else is asked.', none: 'Nothing found.', more: 'More', partial: 'The oldest messages were not looked at: words of one or two letters have no index.', go: 'Search', loading: 'Searching',
  },
  nl: {
    title: 'Zoeken', inRoom: 'Alleen in', everywhere: 'Overal zoeken', label: 'Berichten zoeken', hint: 'Woorden, "zinnen" en filters: from:@bob, in:"kamernaam", before:2026-01-31, after:2026-01-31, has:link. Er wordt gezocht in wat hier is opgeslagen; niemand anders wordt iets gevraagd.', none: 'Niets gevonden.', more: 'Meer', partial: 'De oudste berichten zijn niet bekeken: woorden van een of twee letters hebben geen index.', go: 'Zoeken', loading: 'Zoeken',
  },
  de: {
    title: 'Suche', inRoom: 'Nur in', everywhere: 'Überall suchen', label: 'Nachrichten suchen', hint: 'Wörter, "Wendungen" und Filter: from:@bob, in:"Raumname", before:2026-01-31, after:2026-01-31, has:link. Gesucht wird in dem, was hier gespeichert ist; niemand sonst wird gefragt.', none: 'Nichts gefunden.', more: 'Mehr', partial: 'Die ältesten Nachrichten wurden nicht angesehen: Wörter aus ein oder zwei Buchstaben haben keinen Index.', go: 'Suchen', loading: 'Suche läuft',
  },
})

interface Found { hits: SearchHit[]; cursor: string | null; partial: boolean }

export function SearchPage(): JSX.Element {
  const live = useLive()
  const navigate = useNavigate()
  const [query, setQuery] = useSearchParams<{ q?: string; room?: string }>()
  const [more, setMore] = createSignal<SearchHit[]>([])
  const [next, setNext] = createSignal<string | null>(null)
  const wanted = (): { q: string; room: string | undefined } | undefined => (query.q ? { q: query.q, room: query.room } : undefined)

  const read = async (asked: { q: string; room: string | undefined }, cursor?: string): Promise<Found> => {
    const body = { q: asked.q, ...(asked.room ? { room_id: asked.room } : {}), ...(cursor ? { cursor } : {}) }
    const { data, meta } = await askWithMeta(api.POST('/v1/search', { body }))
    setNext(meta.has_more ? meta.next_cursor : null)
    return { hits: data, cursor: meta.next_cursor, partial: meta.partial }
  }
  const [found] = createResource(wanted, (asked) => {
    setMore([])
    return read(asked)
  })
  const goOn = async (): Promise<void> => {
    const [asked, cursor] = [wanted(), next()]
    if (!asked || !cursor) return
    const page = await read(asked, cursor)
    setMore((before) => [...before, ...page.hits])
  }

  return (
    <main class="page" id="main" tabindex="-1">
      <div class="page-inside">
        <h1>{words().title}</h1>
        <form class="search-form" role="search" onSubmit={(event) => {
          event.preventDefault()
          setQuery({ q: String(new FormData(event.currentTarget).get('q') ?? '') })
        }}>
          <input class="input" type="search" name="q" value={query.q ?? ''} aria-label={words().label} placeholder={words().label} autofocus maxlength={500} />
          <button type="submit" class="button button-main"><Search size={16} aria-hidden="true" /> {words().go}</button>
        </form>
        <Show when={query.room}>
          {(id) => <p class="search-in small"><span>{words().inRoom} <bdi class="search-room">{nameOf(id())}</bdi></span> <button type="button" class="link" onClick={() => setQuery({ room: undefined })}>{words().everywhere}</button></p>}
        </Show>
        <p class="soft small">{words().hint}</p>
        <Show when={found.loading}><Spinner label={words().loading} /></Show>
        <Show when={found.error}><p class="form-error" role="alert">{reasonOf(found.error)}</p></Show>
        <Show when={!found.error && !found.loading ? found() : undefined}>
          {(known) => (
            <>
              <Show when={known().partial}><p class="soft small">{words().partial}</p></Show>
              <Show when={known().hits.length === 0}><p role="status">{words().none}</p></Show>
              <ol class="hits">
                <For each={[...known().hits, ...more()]}>
                  {(hit) => (
                    <li>
                      <button type="button" class="hit" onClick={() => navigate(`/rooms/${hit.room_id}?event=${hit.event.id}`)}>
                        <Avatar name={hit.event.sender.display_name} of={hit.event.sender_id} />
                        <span class="grow">
                          <span class="hit-head"><PersonName name={hit.event.sender.display_name} fqid={hit.event.sender_id} strong /> <span class="soft small truncate">{roomOf(hit)} · {dates.brief(hit.event.created_at)}</span></span>
                          <bdi class="hit-text"><For each={marked(hit.snippet, hit.highlights)}>{(piece) => (piece.hit ? <mark>{piece.text}</mark> : piece.text)}</For></bdi>
                        </span>
                      </button>
                    </li>
                  )}
                </For>
              </ol>
              <Show when={next()}><button type="button" class="button" onClick={() => void goOn()}>{words().more}</button></Show>
            </>
          )}
        </Show>
      </div>
    </main>
  )

  function nameOf(id: string): string {
    const room = live.state().rooms?.[id]
    return room ? roomName(room, live.state()) : id
  }

  function roomOf(hit: SearchHit): string {
    const room = live.state().rooms?.[hit.room_id]
    return room ? roomName(room, live.state()) : (hit.room_name ?? '')
  }
}
