/** Marks of Markdown that keys set around what is chosen. */
export const MARKS: Readonly<Record<string, string>> = { b: '**', i: '*', e: '`' }
/** With Shift. */
export const SHIFTED_MARKS: Readonly<Record<string, string>> = { x: '~~' }

/** What stands in a field, and what is chosen in it. */
export interface Chosen {
  text: string
  from: number
  to: number
}

/** Sets a mark around what is chosen, or takes it away where it stands; with nothing chosen the caret goes between two, and out of them by the same key. */
export function toggleMark({ text, from, to }: Chosen, mark: string): Chosen {
  const size = mark.length
  const inside = text.slice(from, to)
  const standsAround = text.slice(from - size, from) === mark && text.slice(to, to + size) === mark
  // One of the stars of `**` is no mark of its own.
  const isLonger = mark === '*' && (text.slice(from - 2, from) === '**') !== (text.slice(from - 3, from) === '***')
  if (standsAround && !isLonger) return { text: text.slice(0, from - size) + inside + text.slice(to + size), from: from - size, to: to - size }
  const isEnd = mark === '*' ? /^\*(?!\*)|^\*{3}/u.test(text.slice(to)) : text.startsWith(mark, to)
  if (from === to && isEnd) return { text, from: to + size, to: to + size }
  return { text: text.slice(0, from) + mark + inside + mark + text.slice(to), from: from + size, to: to + size }
}
