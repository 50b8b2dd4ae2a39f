import { api, ask, Failure, type MessageContent, type RoomListItem } from '../../api'
import type { Live } from '../../sync'
import { say } from '../../ui'
import { handle } from '../people'
import { type Command, fqidOf, muteUntil, SHRUG } from './commands'
import { words } from './words'

export interface Around {
  live: Live
  room: RoomListItem
  /** Sends as if it had been written. */
  send: (content: MessageContent) => void
  onLeave: () => void
  onHelp: () => void
}

/** Does what a command says. Throws a `Failure` with the reason when it cannot be done. */
export async function run(command: Command, rest: string, { live, room, send, onLeave, onHelp }: Around): Promise<void> {
  const params = { path: { room_id: room.id } }
  switch (command) {
    case 'me':
      send({ body: needed(rest, words().meNeeds), msgtype: 'swp.emote' })
      return
    case 'shrug':
      send({ body: rest ? `${rest} ${SHRUG}` : SHRUG })
      return
    case 'topic':
      if (room.room_type === 'dm') throw refused(words().dmTopic)
      await ask(api.PUT('/v1/rooms/{room_id}/topic', { params, body: { topic: rest } }))
      return
    case 'invite': {
      const home = live.me().server_name
      const fqid = fqidOf(rest, home)
      if (!fqid) throw refused(words().inviteNeeds)
      await ask(api.POST('/v1/rooms/{room_id}/invitations', { params, body: { fqid } }))
      say(words().invited(handle(fqid, home)))
      return
    }
    case 'mute': {
      const until = muteUntil(rest, Date.now())
      if (until === undefined) throw refused(words().muteNeeds)
      await ask(api.PUT('/v1/rooms/{room_id}/mute', { params, body: { until } }))
      say(until === null ? words().unmuted : words().muted)
      return
    }
    case 'leave':
      onLeave()
      return
    case 'help':
      onHelp()
  }
}

function needed(text: string, otherwise: string): string {
  if (!text) throw refused(otherwise)
  return text
}

function refused(why: string): Failure {
  return new Failure('command', why)
}
