/** First letters of the first and the last word; of `@bob:globex.example`, those of the name before the server. */
export function initials(name: string): string {
  const said = name.startsWith('@') ? (name.slice(1).split(':')[0] ?? '') : name
  const words = said.trim().split(/[\s._-]+/u).filter(Boolean)
  const letters = [words[0], words.length > 1 ? words.at(-1) : undefined]
  return letters.map((word) => (word ? [...word][0] : '')).join('').toLocaleUpperCase()
}
