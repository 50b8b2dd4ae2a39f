/** At most so many rows are in the page at once. */
const WINDOW = 200
/** So many rows are drawn when a room is opened: whoever reads on gets more. */
const OPENING = 40
/** By so many the window grows, and moves. */
const STRIDE = 25

/** The window over a timeline's rows: it grows until it is as large as it may be, and moves after that. */
export interface Drawn {
  size: number
  /** Rows that are left out at the end. */
  below: number
}

export const OPENED: Drawn = { size: OPENING, below: 0 }

/** The rows of `total` that are drawn: `from` is among them, `to` is not. */
export function stretch({ size, below }: Drawn, total: number): { from: number; to: number } {
  const to = Math.max(Math.min(total, size), total - below)
  return { from: Math.max(0, to - size), to }
}

/** By how much the window may still grow, of what is wanted. */
function room({ size }: Drawn, wanted: number): number {
  return Math.min(wanted, WINDOW - size)
}

/** Goes on upwards, as far as there are rows. */
export function up(drawn: Drawn, total: number): Drawn {
  const rows = Math.min(STRIDE, stretch(drawn, total).from)
  const grown = room(drawn, rows)
  return { size: drawn.size + grown, below: drawn.below + rows - grown }
}

export function down(drawn: Drawn): Drawn {
  const rows = Math.min(STRIDE, drawn.below)
  return { size: drawn.size + room(drawn, rows), below: drawn.below - rows }
}

/** Keeps what is drawn, and draws as many of `count` rows that came below as there is room for. */
export function added(drawn: Drawn, count: number): Drawn {
  const grown = room(drawn, count)
  return { size: drawn.size + grown, below: drawn.below + count - grown }
}

/** A row, with as many on both sides. */
export function around(drawn: Drawn, total: number, row: number): Drawn {
  return { size: Math.max(drawn.size, 2 * OPENING), below: Math.max(0, total - row - OPENING) }
}
