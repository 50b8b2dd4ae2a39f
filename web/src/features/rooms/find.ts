import type { Participant, RoomListItem } from '../../api'

/** `@bob:globex.example`, also without the @ and with space around. */
export function asFqid(text: string): string | undefined {
  const match = /^\s*@?([a-z0-9._=/+-]+):([a-z0-9.-]+(?::\d{1,5})?)\s*$/i.exec(text)
  return match ? `@${match[1]}:${match[2]?.toLowerCase()}` : undefined
}

/** Somebody to write to. Of whom nothing but the full name is known, that is the name. */
export interface Addressee {
  fqid: string
  name: string
}

/**
 * Whom one can write to: those that were found, in their order, but for oneself, closed accounts and those whose direct
 * message is listed already; and whoever was typed by their full name.
 */
export function addressees(found: readonly Participant[], typed: string, me: string, listed: readonly RoomListItem[]): Addressee[] {
  const isListed = (fqid: string): boolean => fqid === me || listed.some((room) => room.dm_with === fqid)
  const people = found.filter((person) => !person.deactivated && !isListed(person.fqid)).map((person) => ({ fqid: person.fqid, name: person.display_name }))
  const fqid = asFqid(typed)
  return fqid && !isListed(fqid) && !found.some((person) => person.fqid === fqid) ? [...people, { fqid, name: fqid }] : people
}
