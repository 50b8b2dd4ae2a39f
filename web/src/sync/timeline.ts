import type { Event, TimelineMeta } from '../api'
import type { Line, Timeline } from './state'

const EMPTY: Timeline = { lines: [], older: null, gap: null }

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

/** Puts a line where it belongs, or in place of what was known of it. */
export function upsert(timeline: Timeline, line: Line, me: string): Timeline {
  const before = timeline.lines.find((known) => known.id === line.id)
  // What the server has is newer than what we still send.
  if (before && !before.local && line.local) return timeline
  // Above a stretch that does not reach down to it: it comes when somebody scrolls there.
  const first = timeline.lines[0]
  if (!before && timeline.older !== null && first && comesBefore(line, first)) return timeline
  const fresh = withOwn(line, before, me)
  if (before && !comesBefore(before, fresh) && !comesBefore(fresh, before)) {
    return { ...timeline, lines: timeline.lines.map((known) => (known === before ? fresh : known)) }
  }
  const others = before ? timeline.lines.filter((known) => known !== before) : timeline.lines
  let place = others.length
  while (place > 0 && comesBefore(fresh, others[place - 1] as Line)) place -= 1
  return { ...timeline, lines: [...others.slice(0, place), fresh, ...others.slice(place)] }
}

/** Changes one line; the same timeline when it is not there. */
export function change(timeline: Timeline, id: string, by: (line: Line) => Line): Timeline {
  const before = timeline.lines.find((line) => line.id === id)
  if (!before) return timeline
  const after = by(before)
  if (after === before) return timeline
  return { ...timeline, lines: timeline.lines.map((line) => (line === before ? after : line)) }
}

export function drop(timeline: Timeline, id: string): Timeline {
  return { ...timeline, lines: timeline.lines.filter((line) => line.id !== id) }
}

/** The newest page: what was there before goes, but for what the server does not have yet. */
export function newest(before: Timeline | undefined, page: readonly Event[], meta: TimelineMeta, me: string): Timeline {
  const fresh = { lines: page, older: older(meta), gap: meta.gap ?? null }
  const unsent = (before ?? EMPTY).lines.filter((line) => line.local)
  // A page may have been asked for before a frame came that it does not have.
  const later = (before ?? EMPTY).lines.filter((line) => isAfter(line, page))
  return [...later, ...unsent].reduce((timeline, line) => (has(timeline, line.id) ? timeline : upsert(timeline, line, me)), fresh as Timeline)
}

function isAfter(line: Line, page: readonly Event[]): boolean {
  const last = page.findLast((event) => event.seq !== null)
  return line.seq !== null && (last === undefined || last.seq === null || line.seq > last.seq)
}

function has(timeline: Timeline, id: string): boolean {
  return timeline.lines.some((line) => line.id === id)
}

/** A page before what is there. */
export function prepend(timeline: Timeline, page: readonly Event[], meta: TimelineMeta): Timeline {
  const known = new Set(timeline.lines.map((line) => line.id))
  const fresh = page.filter((event) => !known.has(event.id))
  return { lines: [...fresh, ...timeline.lines], older: older(meta), gap: meta.gap ?? null }
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
