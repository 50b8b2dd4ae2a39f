import { describe, expect, it } from 'vitest'
import { after, type Draft, DRAFT_BYTES_MAX, type Drafts, DRAFTS_BYTES_MAX, DRAFTS_MAX, GONE_MS, type KeptDraft, readDrafts, take, tell, unheardOf } from './draft-model'

const NOW = 1_795_355_012_000
const everywhere = (): boolean => true

function kept(drafts: Record<string, [string, number, boolean]>): Map<string, KeptDraft> {
  return new Map(Object.entries(drafts).map(([place, [text, at, told]]) => [place, { text, at, told }]))
}

function theirs(drafts: Record<string, [string, number]>): Map<string, Draft> {
  return new Map(Object.entries(drafts).map(([place, [text, at]]) => [place, { text, at }]))
}

/** A device and the server: what is told is kept there, null takes a member away. */
function put(server: Map<string, Draft>, telling: ReturnType<typeof tell>): void {
  for (const [member, draft] of Object.entries(telling ?? {})) {
    if (draft) server.set(member.replace('draft.', ''), draft)
    else server.delete(member.replace('draft.', ''))
  }
}

function bytes(telling: ReturnType<typeof tell>): number {
  return new TextEncoder().encode(JSON.stringify(telling)).length
}

describe('what the server has', () => {
  it('is read among what other clients keep there', () => {
    const client = { 'draft.r1': { text: 'Hello', at: 5 }, theme: 'dark', 'draft.r2': 'no', 'draft.r3': { text: 1, at: 5 }, 'draft.r4': { text: 'x', at: 1.5 }, 'draft.r5': null }
    expect([...readDrafts(client)]).toEqual([['r1', { text: 'Hello', at: 5 }]])
  })

  it('comes to a device, unless that has something later', () => {
    const mine = kept({ newer: ['mine', 20, false], older: ['mine', 10, false], same: ['both', 10, false] })
    const changes = take(mine, theirs({ newer: ['theirs', 10], older: ['theirs', 20], same: ['both', 10], fresh: ['theirs', 10] }))
    expect([...changes]).toEqual([
      ['older', { text: 'theirs', at: 20, told: true }],
      ['same', { text: 'both', at: 10, told: true }],
      ['fresh', { text: 'theirs', at: 10, told: true }],
    ])
  })

  it('takes away what was sent elsewhere, and nothing that it does not name', () => {
    const mine = kept({ sent: ['Hello', 10, true], unnamed: ['Hello', 10, true], again: ['Anew', 30, false] })
    expect([...take(mine, theirs({ sent: ['', 20], again: ['', 20], unknown: ['', 20] }))]).toEqual([['sent', null]])
  })

  it('is put right when the earlier of two words came last', () => {
    const changes = take(kept({ r: ['later', 20, true] }), theirs({ r: ['earlier', 10] }))
    expect([...changes]).toEqual([['r', { text: 'later', at: 20, told: false }]])
  })

  it('takes no place of what is too long to be anywhere else', () => {
    expect(take(kept({ r: ['x'.repeat(DRAFT_BYTES_MAX), 10, false] }), theirs({ r: ['short', 20] })).size).toBe(0)
  })
})

describe('what is told', () => {
  it('is what the server lacks, and nothing twice', () => {
    const mine = kept({ a: ['new', 20, false], b: ['known', 10, true], c: ['evicted once', 5, true] })
    expect(tell(mine, theirs({ b: ['known', 10] }), everywhere, NOW)).toEqual({ 'draft.a': { text: 'new', at: 20 } })
    expect(tell(mine, theirs({ a: ['new', 20], b: ['known', 10] }), everywhere, NOW)).toBeUndefined()
  })

  it('is that a draft is gone, when others have heard of it', () => {
    const mine = kept({ heard: ['', NOW, false], unheard: ['', NOW, false] })
    const known = theirs({ heard: ['Hello', 10] })
    expect(tell(mine, known, everywhere, NOW)).toEqual({ 'draft.heard': { text: '', at: NOW } })
    expect(unheardOf(mine, known)).toEqual(['unheard'])
  })

  it('is nothing of a place that keeps its words', () => {
    const mine = kept({ secret: ['whisper', 20, false], open: ['hello', 20, false] })
    expect(tell(mine, new Map(), (place) => place !== 'secret', NOW)).toEqual({ 'draft.open': { text: 'hello', at: 20 } })
  })

  it('is a draft of the greatest length, and none that is longer', () => {
    const frame = bytes({ 'draft.r': { text: '', at: NOW } })
    // Braces around the member, and the comma after it.
    const most = 'x'.repeat(DRAFT_BYTES_MAX - frame + 1)
    expect(Object.keys(tell(kept({ r: [most, NOW, false] }), new Map(), everywhere, NOW) ?? {})).toEqual(['draft.r'])
    expect(tell(kept({ r: [`${most}x`, NOW, false] }), new Map(), everywhere, NOW)).toBeUndefined()
    expect(tell(kept({ r: ['é'.repeat(most.length / 2 + 1), NOW, false] }), new Map(), everywhere, NOW)).toBeUndefined()
  })

  it('is no more drafts than there may be: the oldest go', () => {
    const full = new Map(Array.from({ length: DRAFTS_MAX }, (_, n) => [`r${n}`, { text: 'x', at: NOW + n }]))
    const telling = tell(kept({ more: ['x', NOW + DRAFTS_MAX, false] }), full, everywhere, NOW)
    expect(telling).toEqual({ 'draft.more': { text: 'x', at: NOW + DRAFTS_MAX }, 'draft.r0': null })
    full.delete('r5')
    expect(Object.keys(tell(kept({ more: ['x', NOW + DRAFTS_MAX, false] }), full, everywhere, NOW) ?? {})).toEqual(['draft.more'])
  })

  it('has room beside what other clients keep', () => {
    const mine = new Map(Array.from({ length: 30 }, (_, n) => [`r${n}`, { text: 'x'.repeat(1500), at: NOW + n, told: false }]))
    const telling = tell(mine, new Map(), everywhere, NOW)
    expect(bytes(telling)).toBeLessThanOrEqual(DRAFTS_BYTES_MAX)
    expect(bytes(telling)).toBeGreaterThan(DRAFTS_BYTES_MAX - DRAFT_BYTES_MAX)
    expect(Object.keys(telling ?? {})).toContain('draft.r29')
    expect(tell(mine, theirs(Object.fromEntries(Object.entries(telling ?? {}).map(([member, draft]) => [member.slice(6), [draft?.text ?? '', draft?.at ?? 0]]))), everywhere, NOW)).toBeUndefined()
  })

  it('does not say for ever that something is gone', () => {
    const known = theirs({ old: ['', NOW - GONE_MS - 1], young: ['', NOW - GONE_MS] })
    expect(tell(new Map(), known, everywhere, NOW)).toEqual({ 'draft.old': null })
  })
})

describe('two devices', () => {
  /** One device after the other hears and tells, until nothing changes any more. */
  function settle(server: Map<string, Draft>, devices: Map<string, KeptDraft>[]): void {
    for (let round = 0; round < 4; round += 1) {
      for (const device of devices) {
        take(device, server).forEach((draft, place) => (draft ? device.set(place, draft) : device.delete(place)))
        put(server, tell(device, server, everywhere, NOW))
        take(device, server).forEach((draft, place) => (draft ? device.set(place, draft) : device.delete(place)))
        unheardOf(device, server).forEach((place) => device.delete(place))
      }
    }
  }
  const shown = (device: Drafts): unknown => Object.fromEntries([...device].map(([place, draft]) => [place, draft.text]))

  it('have the same drafts in the end, whatever each wrote', () => {
    const server = new Map<string, Draft>()
    const left = kept({ a: ['left', 10, false], b: ['left', 30, false] })
    const right = kept({ a: ['right', 20, false], b: ['right', 30, false], c: ['right', 1, false] })
    settle(server, [left, right])
    expect(shown(left)).toEqual({ a: 'right', b: 'right', c: 'right' })
    expect(shown(right)).toEqual(shown(left))
    right.set('a', { text: '', at: after(5, right.get('a')), told: false })
    settle(server, [left, right])
    expect(shown(left)).toEqual({ b: 'right', c: 'right' })
    expect(shown(right)).toEqual(shown(left))
  })

  it('with clocks apart: what was written knowing of the other is later', () => {
    expect(after(5, { text: 'from a clock ahead', at: 1000 }, undefined)).toBe(1001)
    expect(after(5000, { text: '', at: 1000 })).toBe(5000)
  })
})
