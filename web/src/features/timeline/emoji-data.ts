import data from 'emojibase-data/en/compact.json'
import shortcodes from 'emojibase-data/en/shortcodes/iamcal.json'

export interface Emoji {
  unicode: string
  label: string
  hexcode: string
  group?: number
  order?: number
  tags?: string[]
}

export interface FoundEmoji {
  unicode: string
  /** What is written between colons for it. */
  code: string
}

/** Building blocks (skin tones, letters of flags) are no emoji by themselves. */
export const all: readonly Emoji[] = (data as Emoji[])
  .filter((emoji) => emoji.group !== undefined && emoji.group !== 2)
  .sort((left, right) => (left.group ?? 0) - (right.group ?? 0) || (left.order ?? 0) - (right.order ?? 0))

function codesOf(emoji: Emoji): string[] {
  const codes = (shortcodes as Record<string, string | string[]>)[emoji.hexcode] ?? []
  return typeof codes === 'string' ? [codes] : codes
}

/** Those whose code begins with what was typed, then those that are known by such a word. */
export function findByCode(typed: string, max: number): FoundEmoji[] {
  const wanted = typed.toLowerCase()
  const exact: FoundEmoji[] = []
  const begins: FoundEmoji[] = []
  const tagged: FoundEmoji[] = []
  for (const emoji of all) {
    const codes = codesOf(emoji)
    const code = codes.find((one) => one.startsWith(wanted))
    if (code !== undefined) (code === wanted ? exact : begins).push({ unicode: emoji.unicode, code })
    else if (codes[0] !== undefined && emoji.tags?.some((tag) => tag.startsWith(wanted))) tagged.push({ unicode: emoji.unicode, code: codes[0] })
  }
  begins.sort((left, right) => left.code.length - right.code.length)
  return [...exact, ...begins, ...tagged].slice(0, max)
}
