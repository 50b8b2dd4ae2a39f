import { type Component, type JSX, lazy } from 'solid-js'
import { localized } from './locale'

const words = localized({
  en: { missing: 'This part of the page is not on this device yet. It comes once the server can be reached.', again: 'Load the page again' },
  nl: { missing: 'Dit deel van de pagina staat nog niet op dit apparaat. Het komt zodra de server bereikbaar is.', again: 'Pagina opnieuw laden' },
  de: { missing: 'Dieser Teil der Seite ist noch nicht auf diesem Gerät. Er kommt, sobald der Server erreichbar ist.', again: 'Seite neu laden' },
})

/** A part of the page that is loaded when it is wanted; says so when it cannot be. */
export function part<P extends object>(load: () => Promise<Component<P>>): Component<P> {
  return lazy(() => load().then((it) => ({ default: it }), () => ({ default: Missing })))
}

function Missing(): JSX.Element {
  return (
    <div class="empty part-missing" role="status">
      <p>{words().missing}</p>
      <button type="button" class="button" onClick={() => location.reload()}>{words().again}</button>
    </div>
  )
}
