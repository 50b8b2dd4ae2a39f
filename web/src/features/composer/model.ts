import type { Member } from '../../api'
import { handle, parts } from '../people'

export interface Suggestion {
  /** What is written into the text. */
  handle: string
  fqid: string
  name: string
}

const SUGGESTIONS_MAX = 8

/** The word with an @ that ends at the caret. */
export function mentionAt(text: string, caret: number): { from: number; typed: string } | undefined {
  const match = /(?:^|[\s(])@([a-z0-9._=/+-]*(?::[a-z0-9.:-]*)?)$/iu.exec(text.slice(0, caret))
  return match ? { from: caret - (match[1] ?? '').length - 1, typed: (match[1] ?? '').toLowerCase() } : undefined
}

/** The word with a colon that ends at the caret: the code of an emoji, as far as it is typed. A clock's and a smiley's colon is none. */
export function emojiAt(text: string, caret: number): { from: number; typed: string } | undefined {
  const match = /(?:^|[\s(])(:([a-z+][a-z0-9_+-]+|[+-]1)):?$/iu.exec(text.slice(0, caret))
  return match ? { from: caret - (match[0] ?? '').trimStart().replace(/^\(/u, '').length, typed: (match[2] ?? '').toLowerCase() } : undefined
}

/** Who fits: people of this server first, then others with theirs. */
export function suggest(members: readonly Member[], typed: string, me: string, home: string): Suggestion[] {
  const fits = (member: Member): boolean => {
    const { local, server } = parts(member.participant_id)
    const name = member.participant.display_name.toLowerCase()
    return `${local}:${server}`.startsWith(typed) || name.split(/\s+/).some((word) => word.startsWith(typed))
  }
  const isHere = (member: Member): boolean => parts(member.participant_id).server === home
  const found = members.filter((member) => member.membership === 'join' && member.participant_id !== me && fits(member))
  found.sort((left, right) => Number(isHere(right)) - Number(isHere(left)) || left.participant.display_name.localeCompare(right.participant.display_name))
  return found.slice(0, SUGGESTIONS_MAX).map((member) => ({
    handle: handle(member.participant_id, home), fqid: member.participant_id, name: member.participant.display_name,
  }))
}

/** Who is spoken to in a text: members of the room by their handles, and `@room`. */
export function mentions(text: string, members: readonly Member[], home: string): string[] {
  const words = new Set([...text.matchAll(/(?<![a-z0-9])@[a-z0-9._=/+-]+(?::[a-z0-9.-]+(?::\d+)?)?/giu)].map(([word]) => word.toLowerCase()))
  const has = (word: string): boolean => words.has(word) || [...words].some((known) => known.replace(/[.:]+$/, '') === word)
  const named = members
    .filter((member) => member.membership === 'join')
    .filter(({ participant_id }) => has(handle(participant_id, home).toLowerCase()) || has(participant_id.toLowerCase()))
    .map((member) => member.participant_id)
  return has('@room') ? [...named, '@room'] : named
}

/** A text cut at the words that speak to somebody, so that they can be seen while they are written. */
export function pieces(text: string, members: readonly Member[], home: string): { text: string; token: boolean }[] {
  return text.split(/((?<![a-z0-9])@[a-z0-9._=/+-]*[a-z0-9](?::[a-z0-9.-]*[a-z0-9](?::\d+)?)?)/giu).flatMap((piece) => (piece === '' ? [] : [{ text: piece, token: piece.startsWith('@') && mentions(piece, members, home).length > 0 }]))
}

/** How many people of how many organisations a word to all reaches. */
export function reach(members: readonly Member[]): { people: number; organisations: number } {
  const joined = members.filter((member) => member.membership === 'join')
  return { people: joined.length, organisations: new Set(joined.map((member) => parts(member.participant_id).server)).size }
}
