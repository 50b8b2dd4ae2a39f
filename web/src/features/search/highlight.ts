/** A text in pieces, with those that were found. Places count Unicode code points. */
export function marked(text: string, highlights: readonly (readonly number[])[]): { text: string; hit: boolean }[] {
  const points = Array.from(text)
  const pieces: { text: string; hit: boolean }[] = []
  let at = 0
  for (const [start = 0, end = 0] of highlights) {
    if (start < at || end <= start) continue
    if (start > at) pieces.push({ text: points.slice(at, start).join(''), hit: false })
    pieces.push({ text: points.slice(start, end).join(''), hit: true })
    at = end
  }
  if (at < points.length) pieces.push({ text: points.slice(at).join(''), hit: false })
  return pieces
}
