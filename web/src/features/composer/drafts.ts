import { createSignal } from 'solid-js'
import { after, type Drafts, type KeptDraft } from './draft-model'

/** What was begun in a room and not sent: on this device at once, on others by `draft-sync.ts`. */
const PREFIX = 'scaiwave.draft.'
/** Whose they are: whoever signs in after somebody else does not find their words. */
const OWNER = 'scaiwave.drafts-of'

/** Grows when drafts have changed otherwise than by writing here. */
const [changed, setChanged] = createSignal(0)
/** Grows when a draft has come or gone, by whatever hand. */
const [listed, setListed] = createSignal(0)
let onWrite: () => void = () => undefined
let onLeave: () => Promise<void> = () => Promise.resolve()
/** What the server has, as far as was heard. */
let heard: Drafts = new Map()

function parse(kept: string | null): KeptDraft | undefined {
  if (kept === null) return undefined
  try {
    const { text, at, told } = JSON.parse(kept) as Partial<KeptDraft>
    return typeof text === 'string' && typeof at === 'number' ? { text, at, told: told === true } : undefined
  } catch {
    return undefined
  }
}

function put(place: string, draft: KeptDraft | null): void {
  if (draft) localStorage.setItem(PREFIX + place, JSON.stringify(draft))
  else localStorage.removeItem(PREFIX + place)
}

function keys(): string[] {
  return Object.keys(localStorage).filter((key) => key.startsWith(PREFIX))
}

function forget(): void {
  keys().forEach((key) => localStorage.removeItem(key))
  localStorage.removeItem(OWNER)
}

// Another tab of this browser.
addEventListener('storage', (event) => {
  if (event.key?.startsWith(PREFIX)) setChanged((times) => times + 1)
})

/** A draft among the others. */
export interface ListedDraft {
  place: string
  text: string
  at: number
}

export const drafts = {
  changed,
  read: (place: string): string => parse(localStorage.getItem(PREFIX + place))?.text ?? '',
  /** All that say something, the newest first. */
  list(): ListedDraft[] {
    listed()
    changed()
    const begun = [...store.all()].flatMap(([place, { text, at }]) => (text.trim() ? [{ place, text, at }] : []))
    return begun.sort((left, right) => right.at - left.at)
  },
  write(place: string, text: string): void {
    const before = parse(localStorage.getItem(PREFIX + place))
    if ((before?.text ?? '') === text) return
    put(place, { text, at: after(Date.now(), before, heard.get(place)), told: false })
    if (!before?.text.trim() !== !text.trim()) setListed((times) => times + 1)
    onWrite()
  },
  /** Whoever signs out leaves nothing behind; other devices have it, if they can. */
  async leave(): Promise<void> {
    await onLeave()
    forget()
  },
}

/** For who keeps this device and the server alike. */
export const store = {
  belongsTo(me: string): void {
    const owner = localStorage.getItem(OWNER)
    if (owner !== null && owner !== me) forget()
    localStorage.setItem(OWNER, me)
  },
  all(): Map<string, KeptDraft> {
    const found = keys().map((key): [string, KeptDraft | undefined] => [key.slice(PREFIX.length), parse(localStorage.getItem(key))])
    return new Map(found.filter((one): one is [string, KeptDraft] => one[1] !== undefined))
  },
  hear(theirs: Drafts): void {
    heard = theirs
  },
  apply(changes: ReadonlyMap<string, KeptDraft | null>): void {
    changes.forEach((draft, place) => put(place, draft))
    if (changes.size > 0) setChanged((times) => times + 1)
  },
  /** `written` is called after every change by hand, `leaving` before everything is forgotten. */
  on(written: () => void, leaving: () => Promise<void>): void {
    onWrite = written
    onLeave = leaving
  },
}
