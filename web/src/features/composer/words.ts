import { localized } from '../../ui'

export const words = localized({
  en: {
    to: (room: string) => `Message ${room}`, toThread: 'Reply in the thread', send: 'Send', mention: 'People to mention', everybody: 'Everybody in this room', emoji: 'Insert emoji', editing: 'Editing a message', replying: (who: string) => `Answering ${who}`,
    cancel: 'Cancel', save: 'Save', writing: (who: string) => `${who} is writing…`, writingTwo: (one: string, two: string) => `${one} and ${two} are writing…`, writingMany: 'Several people are writing…',
    warn: (people: number, organisations: number) => `${people} people from ${organisations} organisations will be notified.`, tooLong: 'This is longer than a message may be (64 KiB).',
    commands: 'Commands', unknownCommand: (name: string) => `There is no command /${name}. /help lists them; // at the beginning writes a slash.`, slashHint: 'Two slashes at the beginning write one.',
    aboutMe: 'what you do: /me waves', aboutTopic: 'sets the topic of the room', aboutInvite: 'invites somebody: /invite @name, or @name:server', aboutLeave: 'leaves the room, after asking', aboutMute: 'silences the room: /mute, /mute 30m, /mute 2h, /mute off', aboutShrug: 'sends your words with ¯\\_(ツ)_/¯', aboutHelp: 'this list',
    meNeeds: 'What do you do? For example: /me waves', dmTopic: 'A direct message has no topic.', inviteNeeds: 'Whom? For example: /invite @name, or /invite @name:server.example', muteNeeds: 'For how long? For example: /mute 30m, /mute 2h, /mute 1d; /mute off ends it.', invited: (who: string) => `${who} is invited.`, muted: 'This room is silent.', unmuted: 'This room sounds again.',
    archived: 'This room is archived: nothing can be written here.', closed: 'This room is closed: nothing can be written here.', frozen: (why: string) => `This room is read-only here: ${why}`, notMember: 'You are not in this room.', hint: 'Enter sends, Shift+Enter begins a new line; Ctrl+B bold, Ctrl+I italic, Ctrl+E code',
  },
  nl: {
    to: (room: string) => `Bericht aan ${room}`, toThread: 'Antwoord in de draad', send: 'Versturen', mention: 'Mensen om te vermelden', everybody: 'Iedereen in deze kamer', emoji: 'Emoji invoegen', editing: 'Bericht bewerken', replying: (who: string) => `Antwoord aan ${who}`,
    cancel: 'Annuleren', save: 'Opslaan', writing: (who: string) => `${who} schrijft…`, writingTwo: (one: string, two: string) => `${one} en ${two} schrijven…`, writingMany: 'Meerdere mensen schrijven…',
    warn: (people: number, organisations: number) => `${people} mensen van ${organisations} organisaties krijgen een melding.`, tooLong: 'Dit is langer dan een bericht mag zijn (64 KiB).',
    commands: 'Opdrachten', unknownCommand: (name: string) => `Er is geen opdracht /${name}. /help toont ze; // aan het begin schrijft een schuine streep.`, slashHint: 'Twee schuine strepen aan het begin schrijven er een.',
    aboutMe: 'wat je doet: /me zwaait', aboutTopic: 'zet het onderwerp van de kamer', aboutInvite: 'nodigt iemand uit: /invite @naam, of @naam:server', aboutLeave: 'verlaat de kamer, na een vraag', aboutMute: 'maakt de kamer stil: /mute, /mute 30m, /mute 2h, /mute off', aboutShrug: 'stuurt je woorden met ¯\\_(ツ)_/¯', aboutHelp: 'deze lijst',
    meNeeds: 'Wat doe je? Bijvoorbeeld: /me zwaait', dmTopic: 'Een privébericht heeft geen onderwerp.', inviteNeeds: 'Wie? Bijvoorbeeld: /invite @naam, of /invite @naam:server.example', muteNeeds: 'Hoe lang? Bijvoorbeeld: /mute 30m, /mute 2h, /mute 1d; /mute off beëindigt het.', invited: (who: string) => `${who} is uitgenodigd.`, muted: 'Deze kamer is stil.', unmuted: 'Deze kamer klinkt weer.',
    archived: 'Deze kamer is gearchiveerd: er kan niets worden geschreven.', closed: 'Deze kamer is gesloten: er kan niets worden geschreven.', frozen: (why: string) => `Deze kamer is hier alleen te lezen: ${why}`, notMember: 'Je bent niet in deze kamer.', hint: 'Enter verstuurt, Shift+Enter begint een nieuwe regel; Ctrl+B vet, Ctrl+I cursief, Ctrl+E code',
  },
  de: {
    to: (room: string) => `Nachricht an ${room}`, toThread: 'Im Thread antworten', send: 'Senden', mention: 'Personen zum Erwähnen', everybody: 'Alle in diesem Raum', emoji: 'Emoji einfügen', editing: 'Nachricht bearbeiten', replying: (who: string) => `Antwort an ${who}`,
    cancel: 'Abbrechen', save: 'Speichern', writing: (who: string) => `${who} schreibt…`, writingTwo: (one: string, two: string) => `${one} und ${two} schreiben…`, writingMany: 'Mehrere schreiben…',
    warn: (people: number, organisations: number) => `${people} Personen aus ${organisations} Organisationen werden benachrichtigt.`, tooLong: 'Das ist länger, als eine Nachricht sein darf (64 KiB).',
    commands: 'Befehle', unknownCommand: (name: string) => `Einen Befehl /${name} gibt es nicht. /help zeigt alle; // am Anfang schreibt einen Schrägstrich.`, slashHint: 'Zwei Schrägstriche am Anfang schreiben einen.',
    aboutMe: 'was Sie tun: /me winkt', aboutTopic: 'setzt das Thema des Raums', aboutInvite: 'lädt jemanden ein: /invite @name oder @name:server', aboutLeave: 'verlässt den Raum, nach einer Frage', aboutMute: 'macht den Raum stumm: /mute, /mute 30m, /mute 2h, /mute off', aboutShrug: 'sendet Ihre Worte mit ¯\\_(ツ)_/¯', aboutHelp: 'diese Liste',
    meNeeds: 'Was tun Sie? Zum Beispiel: /me winkt', dmTopic: 'Eine Direktnachricht hat kein Thema.', inviteNeeds: 'Wen? Zum Beispiel: /invite @name oder /invite @name:server.example', muteNeeds: 'Wie lange? Zum Beispiel: /mute 30m, /mute 2h, /mute 1d; /mute off beendet es.', invited: (who: string) => `${who} ist eingeladen.`, muted: 'Dieser Raum ist stumm.', unmuted: 'Dieser Raum klingt wieder.',
    archived: 'Dieser Raum ist archiviert: hier kann nichts geschrieben werden.', closed: 'Dieser Raum ist geschlossen: hier kann nichts geschrieben werden.', frozen: (why: string) => `Dieser Raum ist hier nur lesbar: ${why}`, notMember: 'Sie sind nicht in diesem Raum.', hint: 'Enter sendet, Umschalt+Enter beginnt eine neue Zeile; Strg+B fett, Strg+I kursiv, Strg+E Code',
  },
})
