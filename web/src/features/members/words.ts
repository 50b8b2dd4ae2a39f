import { localized } from '../../ui'

export const words = localized({
  en: {
    title: 'Members', close: 'Close the list of members', invite: 'Invite', here: 'This organisation', invited: 'Invited', more: (who: string) => `What to do with ${who}`, message: 'Send a message', kick: 'Take out of the room', ban: 'Ban from the room', uninvite: 'Take the invitation back',
    block: 'Block this person', blocked: (who: string) => `You will see nothing more of ${who}.`, needs: 'You need more rights in this room.', dmOnly: 'A direct message has two people, always.', notFound: 'Nobody fits.', notKept: 'Who is in this room is not kept on this device.', filter: 'Filter members', makeModerator: 'Make a moderator', makeMember: 'Take the rights away', inviteLevel: 'You need more rights in this room to invite.',
  },
  nl: {
    title: 'Leden', close: 'Ledenlijst sluiten', invite: 'Uitnodigen', here: 'Deze organisatie', invited: 'Uitgenodigd', more: (who: string) => `Wat je met ${who} kunt doen`, message: 'Bericht sturen', kick: 'Uit de kamer verwijderen', ban: 'Uit de kamer verbannen', uninvite: 'Uitnodiging intrekken',
    block: 'Deze persoon blokkeren', blocked: (who: string) => `Je ziet niets meer van ${who}.`, needs: 'Je hebt meer rechten nodig in deze kamer.', dmOnly: 'Een privébericht heeft altijd twee mensen.', notFound: 'Niemand past.', notKept: 'Wie in deze kamer is, wordt niet op dit apparaat bewaard.', filter: 'Leden filteren', makeModerator: 'Moderator maken', makeMember: 'Rechten afnemen', inviteLevel: 'Je hebt meer rechten nodig om uit te nodigen.',
  },
  de: {
    title: 'Mitglieder', close: 'Mitgliederliste schließen', invite: 'Einladen', here: 'Diese Organisation', invited: 'Eingeladen', more: (who: string) => `Was mit ${who} geschehen soll`, message: 'Nachricht senden', kick: 'Aus dem Raum entfernen', ban: 'Im Raum sperren', uninvite: 'Einladung zurücknehmen',
    block: 'Diese Person blockieren', blocked: (who: string) => `Sie sehen nichts mehr von ${who}.`, needs: 'Sie brauchen mehr Rechte in diesem Raum.', dmOnly: 'Eine Direktnachricht hat immer zwei Personen.', notFound: 'Niemand passt.', notKept: 'Wer in diesem Raum ist, ist auf diesem Gerät nicht aufbewahrt.', filter: 'Mitglieder filtern', makeModerator: 'Zum Moderator machen', makeMember: 'Rechte nehmen', inviteLevel: 'Sie brauchen mehr Rechte, um einzuladen.',
  },
})
