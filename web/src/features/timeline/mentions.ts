import { handle } from '../people'

/** Splits a text where somebody is mentioned who stands in the message's list: nobody else is. */
export function pieces(text: string, mentions: readonly string[], home: string): { text: string; who?: string }[] {
  const names = mentions.flatMap((who) => (who === '@room' ? [{ name: '@room', who }] : [...new Set([who, handle(who, home)])].map((name) => ({ name, who }))))
  names.sort((left, right) => right.name.length - left.name.length)
  if (names.length === 0) return [{ text }]
  const found = new RegExp(`(${names.map(({ name }) => name.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')).join('|')})(?![a-z0-9_-])`, 'gi')
  return text.split(found).filter(Boolean).map((piece) => {
    const named = names.find(({ name }) => name.toLowerCase() === piece.toLowerCase())
    return named ? { text: piece, who: named.who } : { text: piece }
  })
}
