/** How well a name fits what was typed: 0 begins with it, 1 has it, 2 has all its letters in order, -1 does not fit. */
export function rank(name: string, typed: string): number {
  const [whole, letters] = [name.toLocaleLowerCase(), typed.trim().toLocaleLowerCase()]
  const at = whole.indexOf(letters)
  if (at >= 0) return at === 0 ? 0 : 1
  let from = 0
  for (const letter of letters) {
    from = whole.indexOf(letter, from) + 1
    if (from === 0) return -1
  }
  return 2
}

/** What stands behind a `>` is a command's name; else it is a place. */
export function wishOf(typed: string): { kind: 'command' | 'place'; typed: string } {
  const wish = typed.trimStart()
  return wish.startsWith('>') ? { kind: 'command', typed: wish.slice(1).trim() } : { kind: 'place', typed: wish.trim() }
}
