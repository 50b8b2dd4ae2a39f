import { localized } from '../../ui'

export const words = localized({
  en: {
    to: (room: string) => `Message ${room}`, send: 'Send', mention: 'People to mention', everybody: 'Everybody in this room', emoji: 'Insert emoji', editing: 'Editing a message', replying: (who: string) => `Answering ${who}`,
    cancel: 'Cancel', save: 'Save', writing: (who: string) => `${who} is writing…`, writingTwo: (one: string, two: string) => `${one} and ${two} are writing…`, writingMany: 'Several people are writing…',
    warn: (people: number, organisations: number) => `${people} people from ${organisations} organisations will be notified.`, tooLong: 'This is longer than a message may be (64 KiB).',
    archived: 'This room is archived: nothing can be written here.', closed: 'This room is closed: nothing can be written here.', frozen: (why: string) => `This room is read-only here: ${why}`, notMember: 'You are not in this room.', hint: 'Enter sends, Shift+Enter begins a new line',
  },
  nl: {
    to: (room: string) => `Bericht aan ${room}`, send: 'Versturen', mention: 'Mensen om te vermelden', everybody: 'Iedereen in deze kamer', emoji: 'Emoji invoegen', editing: 'Bericht bewerken', replying: (who: string) => `Antwoord aan ${who}`,
    cancel: 'Annuleren', save: 'Opslaan', writing: (who: string) => `${who} schrijft…`, writingTwo: (one: string, two: string) => `${one} en ${two} schrijven…`, writingMany: 'Meerdere mensen schrijven…',
    warn: (people: number, organisations: number) => `${people} mensen van ${organisations} organisaties krijgen een melding.`, tooLong: 'Dit is langer dan een bericht mag zijn (64 KiB).',
    archived: 'Deze kamer is gearchiveerd: er kan niets worden geschreven.', closed: 'Deze kamer is gesloten: er kan niets worden geschreven.', frozen: (why: string) => `Deze kamer is hier alleen te lezen: ${why}`, notMember: 'Je bent niet in deze kamer.', hint: 'Enter verstuurt, Shift+Enter begint een nieuwe regel',
  },
  de: {
    to: (room: string) => `Nachricht an ${room}`, send: 'Senden', mention: 'Personen zum Erwähnen', everybody: 'Alle in diesem Raum', emoji: 'Emoji einfügen', editing: 'Nachricht bearbeiten', replying: (who: string) => `Antwort an ${who}`,
    cancel: 'Abbrechen', save: 'Speichern', writing: (who: string) => `${who} schreibt…`, writingTwo: (one: string, two: string) => `${one} und ${two} schreiben…`, writingMany: 'Mehrere schreiben…',
    warn: (people: number, organisations: number) => `${people} Personen aus ${organisations} Organisationen werden benachrichtigt.`, tooLong: 'Das ist länger, als eine Nachricht sein darf (64 KiB).',
    archived: 'Dieser Raum ist archiviert: hier kann nichts geschrieben werden.', closed: 'Dieser Raum ist geschlossen: hier kann nichts geschrieben werden.', frozen: (why: string) => `Dieser Raum ist hier nur lesbar: ${why}`, notMember: 'Sie sind nicht in diesem Raum.', hint: 'Enter sendet, Umschalt+Enter beginnt eine neue Zeile',
  },
})
