import { localized } from '../../ui'

export const words = localized({
  en: {
    report: 'Report this message', what: 'What is wrong with it?', text: 'In your words', textHint: 'Optional: what the moderators should know.', send: 'Report', cancel: 'Cancel',
    here: 'It goes to the moderators of this room and the admins of your server. They see that somebody here has reported it, not who.',
    away: (host: string, home: string) => `It goes to ${host}, which hosts this room: to the moderators and admins there. They see that somebody of ${home} has reported it, not who.`,
    sent: (host: string) => `Reported to the moderators at ${host}.`,
    title: 'Reports', close: 'Close the reports', all: 'Settled ones too', none: 'Nothing waits', noneText: 'What somebody reports in this room stands here, for its moderators and the admins.', loading: 'Loading', failed: 'The reports could not be loaded.',
    from: (server: string) => `Somebody of ${server}`, gone: 'The message is not here any more.', redacted: 'Message deleted', go: 'Show in the room', settle: 'Settle', settleOf: (what: string, who: string) => `Settle: ${what}, ${who}`, settled: 'Settled.', settledBy: (who: string, when: string) => `Settled by ${who}, ${when}`,
    newest: (n: number) => `Only the newest ${n} are shown.`,
  },
  nl: {
    report: 'Dit bericht melden', what: 'Wat is er mis mee?', text: 'In je eigen woorden', textHint: 'Optioneel: wat de moderatoren moeten weten.', send: 'Melden', cancel: 'Annuleren',
    here: 'Het gaat naar de moderatoren van deze kamer en de beheerders van je server. Zij zien dat iemand hier het heeft gemeld, niet wie.',
    away: (host: string, home: string) => `Het gaat naar ${host}, de host van deze kamer: naar de moderatoren en beheerders daar. Zij zien dat iemand van ${home} het heeft gemeld, niet wie.`,
    sent: (host: string) => `Gemeld bij de moderatoren van ${host}.`,
    title: 'Meldingen van berichten', close: 'Meldingen van berichten sluiten', all: 'Ook afgehandelde', none: 'Er wacht niets', noneText: 'Wat iemand in deze kamer meldt, staat hier, voor haar moderatoren en de beheerders.', loading: 'Laden', failed: 'De meldingen konden niet worden geladen.',
    from: (server: string) => `Iemand van ${server}`, gone: 'Het bericht is hier niet meer.', redacted: 'Bericht verwijderd', go: 'In de kamer tonen', settle: 'Afhandelen', settleOf: (what: string, who: string) => `Afhandelen: ${what}, ${who}`, settled: 'Afgehandeld.', settledBy: (who: string, when: string) => `Afgehandeld door ${who}, ${when}`,
    newest: (n: number) => `Alleen de nieuwste ${n} worden getoond.`,
  },
  de: {
    report: 'Diese Nachricht melden', what: 'Was stimmt damit nicht?', text: 'In Ihren Worten', textHint: 'Optional: was die Moderatoren wissen sollten.', send: 'Melden', cancel: 'Abbrechen',
    here: 'Es geht an die Moderatoren dieses Raums und die Verwalter Ihres Servers. Sie sehen, dass jemand von hier es gemeldet hat, nicht wer.',
    away: (host: string, home: string) => `Es geht an ${host}, den Host dieses Raums: an die Moderatoren und Verwalter dort. Sie sehen, dass jemand von ${home} es gemeldet hat, nicht wer.`,
    sent: (host: string) => `Den Moderatoren bei ${host} gemeldet.`,
    title: 'Meldungen', close: 'Meldungen schließen', all: 'Auch erledigte', none: 'Nichts wartet', noneText: 'Was jemand in diesem Raum meldet, steht hier, für seine Moderatoren und die Verwalter.', loading: 'Wird geladen', failed: 'Die Meldungen konnten nicht geladen werden.',
    from: (server: string) => `Jemand von ${server}`, gone: 'Die Nachricht ist nicht mehr hier.', redacted: 'Nachricht gelöscht', go: 'Im Raum zeigen', settle: 'Erledigen', settleOf: (what: string, who: string) => `Erledigen: ${what}, ${who}`, settled: 'Erledigt.', settledBy: (who: string, when: string) => `Erledigt von ${who}, ${when}`,
    newest: (n: number) => `Nur die neuesten ${n} werden gezeigt.`,
  },
})
