import { localized } from '../../ui'

export const words = localized({
  en: {
    unread: 'Unread', mentions: 'Mentions', invitations: 'Invitations', drafts: 'Drafts', waiting: (n: number) => `${n} waiting`, loading: 'Loading', older: 'Older',
    unreadNone: 'Everything is read', unreadNoneText: 'What is said in your rooms waits here until you have read it.', markRead: 'Mark as read', markAll: 'Mark all as read', ofRoom: (room: string) => `Mark ${room} as read`, unreadCount: (n: number) => `${n} unread`, many: '1,000 or more unread', lastSaid: (who: string) => `${who}:`,
    mentionsNone: 'Nobody has mentioned you yet', mentionsNoneText: 'Who writes your name, answers you or writes @room is kept here, also when the room is silent.',
    direct_mention: 'mentioned you', reply: 'answered you', keyword_alert: 'used one of your words', room_mention: 'wrote to everybody', dm: 'wrote to you', invite: 'invites you', report: 'somebody there has reported a message', alarm: 'An alarm', other: 'wrote',
    draftsNone: 'No drafts', draftsNoneText: 'What you begin to write and do not send is kept here, on all your devices.', inThread: 'in a thread', discard: 'Discard', discardOf: (room: string) => `Discard the draft for ${room}`, gone: 'A room that is not here any more',
  },
  nl: {
    unread: 'Ongelezen', mentions: 'Vermeldingen', invitations: 'Uitnodigingen', drafts: 'Concepten', waiting: (n: number) => `${n} wachten`, loading: 'Laden', older: 'Ouder',
    unreadNone: 'Alles is gelezen', unreadNoneText: 'Wat in je kamers wordt gezegd, wacht hier tot je het hebt gelezen.', markRead: 'Als gelezen markeren', markAll: 'Alles als gelezen markeren', ofRoom: (room: string) => `${room} als gelezen markeren`, unreadCount: (n: number) => `${n} ongelezen`, many: '1.000 of meer ongelezen', lastSaid: (who: string) => `${who}:`,
    mentionsNone: 'Nog niemand heeft je genoemd', mentionsNoneText: 'Wie je naam schrijft, je antwoordt of @room schrijft, staat hier, ook als de kamer stil is.',
    direct_mention: 'noemde je', reply: 'antwoordde je', keyword_alert: 'gebruikte een van je woorden', room_mention: 'schreef aan iedereen', dm: 'schreef je', invite: 'nodigt je uit', report: 'iemand daar heeft een bericht gemeld', alarm: 'Een alarm', other: 'schreef',
    draftsNone: 'Geen concepten', draftsNoneText: 'Wat je begint te schrijven en niet verstuurt, blijft hier bewaard, op al je apparaten.', inThread: 'in een draad', discard: 'Weggooien', discardOf: (room: string) => `Concept voor ${room} weggooien`, gone: 'Een kamer die hier niet meer is',
  },
  de: {
    unread: 'Ungelesen', mentions: 'Erwähnungen', invitations: 'Einladungen', drafts: 'Entwürfe', waiting: (n: number) => `${n} warten`, loading: 'Wird geladen', older: 'Ältere',
    unreadNone: 'Alles ist gelesen', unreadNoneText: 'Was in Ihren Räumen gesagt wird, wartet hier, bis Sie es gelesen haben.', markRead: 'Als gelesen markieren', markAll: 'Alles als gelesen markieren', ofRoom: (room: string) => `${room} als gelesen markieren`, unreadCount: (n: number) => `${n} ungelesen`, many: '1.000 oder mehr ungelesen', lastSaid: (who: string) => `${who}:`,
    mentionsNone: 'Noch hat Sie niemand erwähnt', mentionsNoneText: 'Wer Ihren Namen schreibt, Ihnen antwortet oder @room schreibt, steht hier, auch wenn der Raum stumm ist.',
    direct_mention: 'hat Sie erwähnt', reply: 'hat Ihnen geantwortet', keyword_alert: 'hat eines Ihrer Wörter gebraucht', room_mention: 'hat allen geschrieben', dm: 'hat Ihnen geschrieben', invite: 'lädt Sie ein', report: 'jemand dort hat eine Nachricht gemeldet', alarm: 'Ein Alarm', other: 'schrieb',
    draftsNone: 'Keine Entwürfe', draftsNoneText: 'Was Sie zu schreiben beginnen und nicht senden, bleibt hier erhalten, auf allen Ihren Geräten.', inThread: 'in einem Thread', discard: 'Verwerfen', discardOf: (room: string) => `Entwurf für ${room} verwerfen`, gone: 'Ein Raum, den es hier nicht mehr gibt',
  },
})
