/**
 * What was begun in a room and not sent, on all devices of a person. Each draft is one member of what clients
 * keep at the server, so two devices that write in two rooms do not touch each other's. Of two for one place
 * the later one counts. An empty text says that it was sent or taken away; nothing at all says nothing.
 */
export interface Draft {
  text: string
  /** When it was written, in ms. Later than every other that its writer knew, whatever the clocks say. */
  at: number
}

/** On this device. */
export interface KeptDraft extends Draft {
  /** Whether the server has it, or something later. */
  told: boolean
}

export type Drafts<D extends Draft = Draft> = ReadonlyMap<string, D>

/** What clients keep has 16 KiB in all: a draft may be a long paragraph, and all of them leave room for other things. */
export const DRAFT_BYTES_MAX = 2048
export const DRAFTS_BYTES_MAX = 12 * 1024
/** More rooms than a person has half a sentence in. */
export const DRAFTS_MAX = 40
/** So long a device may be off and still hears that a draft was sent. */
export const GONE_MS = 14 * 86_400_000

const MEMBER = 'draft.'

/** When a draft was written that comes after others. */
export function after(now: number, ...others: (Draft | undefined)[]): number {
  return Math.max(now, ...others.map((other) => (other ? other.at + 1 : 0)))
}

/** The drafts among what clients keep. What is not understood is as good as not there. */
export function readDrafts(client: Readonly<Record<string, unknown>>): Map<string, Draft> {
  const found = new Map<string, Draft>()
  for (const [member, value] of Object.entries(client)) {
    if (!member.startsWith(MEMBER) || typeof value !== 'object' || value === null) continue
    const { text, at } = value as { text?: unknown; at?: unknown }
    if (typeof text === 'string' && Number.isSafeInteger(at)) found.set(member.slice(MEMBER.length), { text, at: at as number })
  }
  return found
}

/** What changes on this device by what the server has: null goes. */
export function take(kept: Drafts<KeptDraft>, theirs: Drafts): Map<string, KeptDraft | null> {
  const changes = new Map<string, KeptDraft | null>()
  for (const [place, draft] of theirs) {
    const mine = kept.get(place)
    if (mine && mine.at === draft.at && mine.text === draft.text) {
      if (!mine.told) changes.set(place, { ...mine, told: true })
    } else if (mine && isLater(mine, draft)) {
      // Two devices wrote at once, and the earlier word came last.
      if (mine.told) changes.set(place, { ...mine, told: false })
    } else if (mine && !fits(place, mine)) {
      // Too long for others to have: it exists nowhere else.
    } else if (draft.text) {
      changes.set(place, { ...draft, told: true })
    } else if (mine) {
      changes.set(place, null)
    }
  }
  return changes
}

function isLater(left: Draft, right: Draft): boolean {
  return left.at === right.at ? left.text > right.text : left.at > right.at
}

/** What is to be told: members of what clients keep, null for those that go. None when nothing is. */
export type Telling = Record<string, Draft | null>

/** `mayTell`: whether what is written at a place may leave this device. */
export function tell(kept: Drafts<KeptDraft>, theirs: Drafts, mayTell: (place: string) => boolean, now: number): Telling | undefined {
  const wanted = new Map<string, Draft>()
  for (const [place, draft] of theirs) {
    if (!isOver(draft, now)) wanted.set(place, draft)
  }
  for (const [place, { text, at, told }] of kept) {
    // That something is gone concerns only those who have heard of it.
    const concerns = text !== '' || theirs.has(place)
    if (!told && concerns && mayTell(place) && fits(place, { text, at })) wanted.set(place, { text, at })
  }
  const within = newest(wanted)
  const telling: Telling = {}
  for (const [place, draft] of within) {
    const known = theirs.get(place)
    if (known?.at !== draft.at || known.text !== draft.text) telling[MEMBER + place] = draft
  }
  for (const place of theirs.keys()) {
    if (!within.has(place)) telling[MEMBER + place] = null
  }
  return Object.keys(telling).length > 0 ? telling : undefined
}

/** Places whose drafts were taken away before anybody heard of them. */
export function unheardOf(kept: Drafts<KeptDraft>, theirs: Drafts): string[] {
  return [...kept].filter(([place, draft]) => draft.text === '' && !theirs.has(place)).map(([place]) => place)
}

/** As many as there is room for; the oldest go first. */
function newest(drafts: Drafts): Map<string, Draft> {
  const within = new Map<string, Draft>()
  let bytes = 0
  for (const [place, draft] of [...drafts].sort(([, left], [, right]) => right.at - left.at)) {
    bytes += size(place, draft)
    if (within.size === DRAFTS_MAX || bytes > DRAFTS_BYTES_MAX) break
    within.set(place, draft)
  }
  return within
}

function isOver(draft: Draft, now: number): boolean {
  return draft.text === '' && draft.at < now - GONE_MS
}

function fits(place: string, draft: Draft): boolean {
  return size(place, draft) <= DRAFT_BYTES_MAX
}

/** Bytes of a member as the server counts them. */
function size(place: string, { text, at }: Draft): number {
  return new TextEncoder().encode(`${JSON.stringify(MEMBER + place)}:${JSON.stringify({ at, text })},`).length
}
