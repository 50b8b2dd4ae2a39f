import { type Component, type JSX, lazy, Show } from 'solid-js'
import { localized } from './locale'

const words = localized({
  en: { title: 'Not here yet', missing: 'This part of the page is not on this device yet. It comes once the server can be reached.', again: 'Load the page again' },
  nl: { title: 'Nog niet hier', missing: 'Dit deel van de pagina staat nog niet op dit apparaat. Het komt zodra de server bereikbaar is.', again: 'Pagina opnieuw laden' },
  de: { title: 'Noch nicht hier', missing: 'Dieser Teil der Seite ist noch nicht auf diesem Gerät. Er kommt, sobald der Server erreichbar ist.', again: 'Seite neu laden' },
})

/** A part of the page that is loaded when it is wanted; says so when it cannot be. `isPage`: all that stands beside the list. */
export function part<P extends object>(load: () => Promise<Component<P>>, isPage = false): Component<P> {
  const missing = (): JSX.Element => (isPage ? <main class="center" id="main" tabindex="-1"><Missing isPage /></main> : <Missing />)
  return lazy(() => load().then((it) => ({ default: it }), () => ({ default: missing })))
}

function Missing(props: { isPage?: boolean }): JSX.Element {
  return (
    <div class="empty" role="status">
      <Show when={props.isPage}><h1>{words().title}</h1></Show>
      <p>{words().missing}</p>
      <button type="button" class="button" onClick={() => location.reload()}>{words().again}</button>
    </div>
  )
}
