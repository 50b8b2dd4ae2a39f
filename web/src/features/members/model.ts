import type { Member } from '../../api'
import { parts } from '../people'

export interface Group {
  /** The server; none for those who are only invited. */
  server: string | undefined
  members: Member[]
}

/** Members by server: ours first, then the others by name; those who are invited come last. */
export function groups(members: readonly Member[], home: string, filter: string): Group[] {
  const wanted = filter.trim().toLowerCase()
  const fits = (member: Member): boolean => member.participant.display_name.toLowerCase().includes(wanted) || member.participant_id.toLowerCase().includes(wanted)
  const shown = members.filter(fits)
  const byName = (left: Member, right: Member): number => right.power_level - left.power_level || left.participant.display_name.localeCompare(right.participant.display_name)
  const joined = shown.filter((member) => member.membership === 'join').sort(byName)
  const servers = [...new Set(joined.map((member) => parts(member.participant_id).server))]
  servers.sort((left, right) => Number(right === home) - Number(left === home) || left.localeCompare(right))
  const byServer = servers.map((server) => ({ server, members: joined.filter((member) => parts(member.participant_id).server === server) }))
  const invited = shown.filter((member) => member.membership === 'invite').sort(byName)
  return invited.length > 0 ? [...byServer, { server: undefined, members: invited }] : byServer
}
