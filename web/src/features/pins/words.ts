import { localized } from '../../ui'

export const words = localized({
  en: { title: 'Pinned messages', close: 'Close the pinned messages', none: 'Nothing is pinned here. What matters for longer can be pinned by the menu of a message.', go: 'Show in the room', unpin: 'Take the pin away', old: 'A message from before what this server holds.', redacted: 'Message deleted', failed: 'The pins could not be loaded.' },
  nl: { title: 'Vastgemaakte berichten', close: 'Vastgemaakte berichten sluiten', none: 'Hier is niets vastgemaakt. Wat langer van belang is, maak je vast in het menu van een bericht.', go: 'In de kamer tonen', unpin: 'Losmaken', old: 'Een bericht van voor wat deze server heeft.', redacted: 'Bericht verwijderd', failed: 'De vastgemaakte berichten konden niet worden geladen.' },
  de: { title: 'Angeheftete Nachrichten', close: 'Angeheftete Nachrichten schließen', none: 'Hier ist nichts angeheftet. Was länger wichtig ist, lässt sich im Menü einer Nachricht anheften.', go: 'Im Raum zeigen', unpin: 'Lösen', old: 'Eine Nachricht aus der Zeit vor dem, was dieser Server hat.', redacted: 'Nachricht gelöscht', failed: 'Die angehefteten Nachrichten konnten nicht geladen werden.' },
})
