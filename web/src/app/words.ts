import { localized } from '../ui'

export const words = localized({
  en: {
    skip: 'Skip to the content', rail: 'Places', home: 'Rooms', search: 'Search', settings: 'Settings', preferences: 'Preferences', manage: 'Admin', signOut: 'Sign out', me: (name: string) => `You: ${name}`,
    connecting: 'Connecting…', offline: 'No connection. Trying again by itself; what you write is sent later.', catchingUp: 'Catching up…', loading: 'Loading', back: 'Back to the rooms', members: 'Members', invite: 'Invite', more: 'More about this room',
    welcome: (name: string) => `Welcome, ${name}`, welcomeText: 'Choose a room on the left, or press Ctrl K to jump to one.', noRoom: 'This room is not here', noRoomText: 'It does not exist, or you are not in it.',
    federated: (n: number) => (n === 1 ? 'Shared with 1 other server' : `Shared with ${n} other servers`), servers: 'Servers in this room', host: 'host', reachable: 'can be reached', unreachable: 'cannot be reached', youHere: 'this server',
    hostDown: (host: string) => `${host}, which hosts this room, cannot be reached. Your messages are stored here and will be delivered.`, waiting: (n: number) => (n === 1 ? '1 message waits.' : `${n} messages wait.`),
    leave: 'Leave the room', leaveSure: (room: string) => `Leave ${room}?`, leaveText: 'You will not see what is said after that. To come back, somebody has to invite you, unless the room is public.', cancel: 'Cancel', mode: 'Notifications', inherit: 'As in preferences', all: 'Every message', mentions: 'Mentions only', none: 'Nothing', rename: 'Change name and topic', name: 'Name', topic: 'Topic', save: 'Save', needs: 'You need more rights in this room.', dm: 'A direct message is called like its people.',
    shortcuts: 'Keyboard shortcuts', keys: [['Ctrl K', 'Jump to a room'], ['Alt ↑ / ↓', 'Next or previous room'], ['Alt Shift ↑ / ↓', 'The same with something unread'], ['Ctrl Shift F', 'Search'], ['Ctrl /', 'This list'], ['Esc', 'Close what is open at the side'], ['F6', 'Next part of the page'], ['↑', 'Edit the last message, in an empty field']].map((pair) => pair.join('|')).join('\n'),
    failedStart: 'ScaiWave could not start.', again: 'Try again',
  },
  nl: {
    skip: 'Naar de inhoud', rail: 'Plaatsen', home: 'Kamers', search: 'Zoeken', settings: 'Opties', preferences: 'Voorkeuren', manage: 'Beheer', signOut: 'Uitloggen', me: (name: string) => `Jij: ${name}`,
    connecting: 'Verbinden…', offline: 'Geen verbinding. Er wordt vanzelf opnieuw geprobeerd; wat je schrijft wordt later verzonden.', catchingUp: 'Bijwerken…', loading: 'Laden', back: 'Terug naar de kamers', members: 'Leden', invite: 'Uitnodigen', more: 'Meer over deze kamer',
    welcome: (name: string) => `Welkom, ${name}`, welcomeText: 'Kies links een kamer, of druk op Ctrl K om er een te vinden.', noRoom: 'Deze kamer is hier niet', noRoomText: 'Hij bestaat niet, of je bent er niet in.',
    federated: (n: number) => (n === 1 ? 'Gedeeld met 1 andere server' : `Gedeeld met ${n} andere servers`), servers: 'Servers in deze kamer', host: 'host', reachable: 'bereikbaar', unreachable: 'niet bereikbaar', youHere: 'deze server',
    hostDown: (host: string) => `${host}, de host van deze kamer, is niet bereikbaar. Je berichten zijn hier opgeslagen en worden bezorgd.`, waiting: (n: number) => (n === 1 ? '1 bericht wacht.' : `${n} berichten wachten.`),
    leave: 'Kamer verlaten', leaveSure: (room: string) => `${room} verlaten?`, leaveText: 'Wat daarna wordt gezegd zie je niet. Om terug te komen moet iemand je uitnodigen, tenzij de kamer openbaar is.', cancel: 'Annuleren', mode: 'Meldingen', inherit: 'Zoals in voorkeuren', all: 'Elk bericht', mentions: 'Alleen vermeldingen', none: 'Niets', rename: 'Naam en onderwerp wijzigen', name: 'Naam', topic: 'Onderwerp', save: 'Opslaan', needs: 'Je hebt meer rechten nodig in deze kamer.', dm: 'Een privébericht heet naar zijn mensen.',
    shortcuts: 'Sneltoetsen', keys: [['Ctrl K', 'Ga naar een kamer'], ['Alt ↑ / ↓', 'Volgende of vorige kamer'], ['Alt Shift ↑ / ↓', 'Hetzelfde met iets ongelezen'], ['Ctrl Shift F', 'Zoeken'], ['Ctrl /', 'Deze lijst'], ['Esc', 'Sluiten wat opzij open is'], ['F6', 'Volgend deel van de pagina'], ['↑', 'Laatste bericht bewerken, in een leeg veld']].map((pair) => pair.join('|')).join('\n'),
    failedStart: 'ScaiWave kon niet starten.', again: 'Opnieuw proberen',
  },
  de: {
    skip: 'Zum Inhalt', rail: 'Orte', home: 'Räume', search: 'Suche', settings: 'Optionen', preferences: 'Einstellungen', manage: 'Admin', signOut: 'Abmelden', me: (name: string) => `Sie: ${name}`,
    connecting: 'Verbindung wird hergestellt…', offline: 'Keine Verbindung. Es wird von selbst erneut versucht; was Sie schreiben, wird später gesendet.', catchingUp: 'Wird aufgeholt…', loading: 'Wird geladen', back: 'Zurück zu den Räumen', members: 'Mitglieder', invite: 'Einladen', more: 'Mehr über diesen Raum',
    welcome: (name: string) => `Willkommen, ${name}`, welcomeText: 'Wählen Sie links einen Raum oder drücken Sie Strg K, um zu einem zu springen.', noRoom: 'Diesen Raum gibt es hier nicht', noRoomText: 'Er existiert nicht, oder Sie sind nicht darin.',
    federated: (n: number) => (n === 1 ? 'Geteilt mit 1 anderen Server' : `Geteilt mit ${n} anderen Servern`), servers: 'Server in diesem Raum', host: 'Host', reachable: 'erreichbar', unreachable: 'nicht erreichbar', youHere: 'dieser Server',
    hostDown: (host: string) => `${host}, der Host dieses Raums, ist nicht erreichbar. Ihre Nachrichten sind hier gespeichert und werden zugestellt.`, waiting: (n: number) => (n === 1 ? '1 Nachricht wartet.' : `${n} Nachrichten warten.`),
    leave: 'Raum verlassen', leaveSure: (room: string) => `${room} verlassen?`, leaveText: 'Was danach gesagt wird, sehen Sie nicht. Um zurückzukommen, muss Sie jemand einladen, außer der Raum ist öffentlich.', cancel: 'Abbrechen', mode: 'Benachrichtigungen', inherit: 'Wie in den Einstellungen', all: 'Jede Nachricht', mentions: 'Nur Erwähnungen', none: 'Nichts', rename: 'Name und Thema ändern', name: 'Name', topic: 'Thema', save: 'Speichern', needs: 'Sie brauchen mehr Rechte in diesem Raum.', dm: 'Eine Direktnachricht heißt wie ihre Personen.',
    shortcuts: 'Tastenkürzel', keys: [['Strg K', 'Zu einem Raum springen'], ['Alt ↑ / ↓', 'Nächster oder voriger Raum'], ['Alt Umschalt ↑ / ↓', 'Dasselbe mit Ungelesenem'], ['Strg Umschalt F', 'Suche'], ['Strg /', 'Diese Liste'], ['Esc', 'Schließen, was seitlich offen ist'], ['F6', 'Nächster Teil der Seite'], ['↑', 'Letzte Nachricht bearbeiten, im leeren Feld']].map((pair) => pair.join('|')).join('\n'),
    failedStart: 'ScaiWave konnte nicht starten.', again: 'Erneut versuchen',
  },
})
