import { localized } from '../../ui'

/** Of the frame of the console, and what several of its pages say. */
export const words = localized({
  en: {
    title: 'Administration', forAdmins: 'This is for admins.', nav: 'Parts of the administration',
    overview: 'Overview', peers: 'Servers', policy: 'Policy', rooms: 'Shared rooms', people: 'People', refused: 'Refused', keys: 'Keys', audit: 'Audit log', health: 'Health',
    loading: 'Loading', again: 'Read again', cancel: 'Cancel', close: 'Close', saved: 'Saved.', done: 'Done.', copied: 'Copied.', copy: 'Copy', older: 'Older', next: 'Next', previous: 'Previous', server: 'Server', room: 'Room', all: 'All', nothing: 'Nothing here.', filter: 'Filter', noName: 'Direct message', open: 'Open', thisServer: 'this server',
    page: (from: number, to: number) => `${from} to ${to}`,
  },
  nl: {
    title: 'Beheer', forAdmins: 'Dit is voor beheerders.', nav: 'Delen van het beheer',
    overview: 'Overzicht', peers: 'Servers', policy: 'Beleid', rooms: 'Gedeelde kamers', people: 'Mensen', refused: 'Geweigerd', keys: 'Sleutels', audit: 'Logboek', health: 'Toestand',
    loading: 'Laden', again: 'Opnieuw lezen', cancel: 'Annuleren', close: 'Sluiten', saved: 'Opgeslagen.', done: 'Gedaan.', copied: 'Gekopieerd.', copy: 'Kopiëren', older: 'Ouder', next: 'Volgende', previous: 'Vorige', server: 'Server', room: 'Kamer', all: 'Alles', nothing: 'Hier is niets.', filter: 'Filteren', noName: 'Direct bericht', open: 'Openen', thisServer: 'deze server',
    page: (from: number, to: number) => `${from} tot ${to}`,
  },
  de: {
    title: 'Verwaltung', forAdmins: 'Dies ist für Verwalter.', nav: 'Teile der Verwaltung',
    overview: 'Übersicht', peers: 'Server', policy: 'Richtlinie', rooms: 'Geteilte Räume', people: 'Personen', refused: 'Abgelehnt', keys: 'Schlüssel', audit: 'Protokoll', health: 'Zustand',
    loading: 'Wird geladen', again: 'Neu lesen', cancel: 'Abbrechen', close: 'Schließen', saved: 'Gespeichert.', done: 'Erledigt.', copied: 'Kopiert.', copy: 'Kopieren', older: 'Älter', next: 'Weiter', previous: 'Zurück', server: 'Server', room: 'Raum', all: 'Alle', nothing: 'Hier ist nichts.', filter: 'Filtern', noName: 'Direktnachricht', open: 'Öffnen', thisServer: 'dieser Server',
    page: (from: number, to: number) => `${from} bis ${to}`,
  },
})
