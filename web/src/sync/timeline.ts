import type { Event, TimelineMeta } from '../api'
import { type Line, type Timeline, UNREAD } from './state'

const EMPTY: Timeline = { lines: [], ahead: [], older: null, newer: null, gap: null }
/** Of a room of which nothing was read. */
export const NOT_READ: Timeline = { ...EMPTY, older: UNREAD }

/** The room's own order; what waits comes last, in the order in which it was written. */
function comesBefore(left: Line, right: Line): boolean {
  if (left.seq !== null && right.seq !== null) return left.seq < right.seq
  if (left.seq !== null || right.seq !== null) return left.seq !== null
  return left.origin_ts_ms < right.origin_ts_ms
}

/** Frames are the same for all, so whether a reaction is ours stands in the names; with more than ten of
 *  them, in what was known before. */
function withOwn(event: Event, before: Line | undefined, me: string): Event {
  if (event.reactions.length === 0) return event
  const mine = (emoji: string): boolean | undefined => before?.reactions.find((known) => known.emoji === emoji)?.me
  const reactions = event.reactions.map((reaction) => ({
    ...reaction,
    me: reaction.me || reaction.participants.includes(me) || (reaction.count > reaction.participants.length && mine(reaction.emoji) === true),
  }))
  return { ...event, reactions }
}

/** Puts a line among others where it belongs, or in place of what was known of it. */
function place(lines: readonly Line[], line: Line, me: string): readonly Line[] {
  const before = lines.find((known) => known.id === line.id)
  const fresh = withOwn(line, before, me)
  if (before && !comesBefore(before, fresh) && !comesBefore(fresh, before)) return lines.map((known) => (known === before ? fresh : known))
  const others = before ? lines.filter((known) => known !== before) : lines
  let at = others.length
  while (at > 0 && comesBefore(fresh, others[at - 1] as Line)) at -= 1
  return [...others.slice(0, at), fresh, ...others.slice(at)]
}

/** Puts a line where it belongs, or in place of what was known of it. */
export function upsert(timeline: Timeline, line: Line, me: string): Timeline {
  const before = lineOf(timeline, line.id)
  // What the server has is newer than what we still send.
  if (before && !before.local && line.local) return timeline
  if (timeline.newer !== null && isBeyond(timeline, line)) {
    return { ...timeline, lines: without(timeline.lines, line.id), ahead: place(timeline.ahead, line, me) }
  }
  // Above a stretch that does not reach down to it: it comes when somebody scrolls there.
  const first = timeline.lines[0]
  if (!before && !line.local && timeline.older !== null && first && comesBefore(line, first)) return timeline
  return { ...timeline, lines: place(timeline.lines, line, me) }
}

/** Whether a line lies after a stretch that does not reach to the end. */
function isBeyond(timeline: Timeline, line: Line): boolean {
  const last = timeline.lines.findLast((known) => known.seq !== null && known.id !== line.id)
  return line.seq === null || last?.seq === null || last === undefined || line.seq > last.seq
}

/** A line that is known, wherever it stands. */
export function lineOf(timeline: Timeline | undefined, id: string): Line | undefined {
  return timeline?.lines.find((line) => line.id === id) ?? timeline?.ahead.find((line) => line.id === id)
}

function without(lines: readonly Line[], id: string): readonly Line[] {
  return lines.some((line) => line.id === id) ? lines.filter((line) => line.id !== id) : lines
}

/** Changes one line; the same timeline when it is not there. */
export function change(timeline: Timeline, id: string, by: (line: Line) => Line): Timeline {
  const before = lineOf(timeline, id)
  if (!before) return timeline
  const after = by(before)
  if (after === before) return timeline
  const changed = (lines: readonly Line[]): readonly Line[] => (lines.includes(before) ? lines.map((line) => (line === before ? after : line)) : lines)
  return { ...timeline, lines: changed(timeline.lines), ahead: changed(timeline.ahead) }
}

export function drop(timeline: Timeline, id: string): Timeline {
  return { ...timeline, lines: without(timeline.lines, id), ahead: without(timeline.ahead, id) }
}

/** The newest page: what was there before goes, but for what the server does not have yet. */
export function newest(before: Timeline | undefined, page: readonly Event[], meta: TimelineMeta, me: string): Timeline {
  const { lines, ahead } = before ?? EMPTY
  const fresh: Timeline = { lines: page, ahead: [], older: older(meta), newer: null, gap: meta.gap ?? null }
  // A page may have been asked for before a frame came that it does not have.
  const kept = [...lines, ...ahead].filter((line) => line.local || isAfter(line, page))
  return kept.reduce((timeline, line) => (has(timeline, line.id) ? timeline : upsert(timeline, line, me)), fresh)
}

/** A page around a line far from what was there; it may reach to the end. */
export function around(before: Timeline | undefined, page: readonly Event[], meta: TimelineMeta, me: string): Timeline {
  if (!meta.newer_cursor) return newest(before, page, meta, me)
  const { lines, ahead } = before ?? EMPTY
  const waiting = [...lines, ...ahead].filter((line) => line.seq === null)
  return { lines: page, ahead: waiting, older: older(meta), newer: meta.newer_cursor, gap: meta.gap ?? null }
}

/** A page after what is there. With the last one, what came meanwhile joins it. */
export function append(timeline: Timeline, page: readonly Event[], meta: TimelineMeta, me: string): Timeline {
  const goesOn = meta.has_more ? meta.next_cursor : null
  const longer = page.reduce((so, event) => ({ ...so, lines: place(so.lines, event, me), ahead: without(so.ahead, event.id) }), timeline)
  if (goesOn !== null) return { ...longer, newer: goesOn }
  return longer.ahead.reduce((so, line) => upsert(so, line, me), { ...longer, newer: null, ahead: [] } as Timeline)
}

function isAfter(line: Line, page: readonly Event[]): boolean {
  const last = page.findLast((event) => event.seq !== null)
  return line.seq !== null && (last === undefined || last.seq === null || line.seq > last.seq)
}

function has(timeline: Timeline, id: string): boolean {
  return lineOf(timeline, id) !== undefined
}

/** A page before what is there. */
export function prepend(timeline: Timeline, page: readonly Event[], meta: TimelineMeta): Timeline {
  const known = new Set(timeline.lines.map((line) => line.id))
  const fresh = page.filter((event) => !known.has(event.id))
  return { ...timeline, lines: [...fresh, ...timeline.lines], older: older(meta), gap: meta.gap ?? null }
}

function older(meta: TimelineMeta): string | null {
  return meta.has_more ? meta.next_cursor : null
}

export function react(line: Line, emoji: string, sender: string, add: boolean, me: string): Line {
  const before = line.reactions.find((reaction) => reaction.emoji === emoji)
  if (before?.participants.includes(sender) === add || (!before && !add)) return line
  const participants = add
    ? [...(before?.participants ?? []), sender].slice(0, 10)
    : (before?.participants ?? []).filter((participant) => participant !== sender)
  const after = {
    emoji,
    count: (before?.count ?? 0) + (add ? 1 : -1),
    me: sender === me ? add : (before?.me ?? false),
    participants,
  }
  const others = line.reactions.map((reaction) => (reaction.emoji === emoji ? after : reaction))
  const reactions = before ? others : [...others, after]
  return { ...line, reactions: reactions.filter((reaction) => reaction.count > 0) }
}
