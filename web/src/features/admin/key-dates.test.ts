import { expect, test } from 'vitest'
import type { FederationKey } from '../../api'
import { keyState, lastEnd, nextRotation, rotatesAgain, SUCCESSOR_WAITS_MS } from './key-dates'

const NOW = Date.parse('2026-11-30T00:00:00Z')
const key = (change: Partial<FederationKey> = {}): FederationKey => ({ key_id: 'k', public_key: 'p', fingerprint_words: 'w', signing: false, revoked_at: null, valid_from: '2026-01-01T00:00:00Z', valid_until: '2027-01-30T00:00:00Z', ...change })

test('the next key is made 30 days before the last one ends; revoked ones do not count', () => {
  const keys = [key(), key({ valid_until: '2028-01-01T00:00:00Z', revoked_at: '2026-06-01T00:00:00Z' })]
  expect(lastEnd(keys)).toBe(Date.parse('2027-01-30T00:00:00Z'))
  expect(nextRotation(keys)).toBe(Date.parse('2026-12-31T00:00:00Z'))
  expect(nextRotation([])).toBeUndefined()
})

test('a key is what it can do now', () => {
  const states = [key({ signing: true }), key({ signing: true, revoked_at: '2026-06-01T00:00:00Z' }), key({ valid_until: '2026-11-30T00:00:00Z' }), key({ valid_from: '2026-12-30T00:00:00Z' }), key()]
  expect(states.map((one) => keyState(one, NOW))).toEqual(['signing', 'revoked', 'ended', 'coming', 'valid'])
})

test('another key can be made a day after the newest one', () => {
  const made = '2026-11-29T00:00:00Z'
  const keys = [key(), key({ valid_from: made })]
  expect(rotatesAgain(keys, NOW - 1)).toBe(Date.parse(made) + SUCCESSOR_WAITS_MS)
  expect(rotatesAgain(keys, NOW)).toBeUndefined()
  expect(rotatesAgain([], NOW)).toBeUndefined()
})
