import { describe, expect, test } from 'vitest'
import type { FederatedRoom, Peer } from '../../api'
import { grown, heads, KEPT, kept, perMinute, points, type Sample, size, waits } from './samples'

const sample = (change: Partial<Sample> = {}): Sample => ({ at: 0, lag: 0, waiting: 0, out: 0, in: 0, answer: 1, storage: 0, ...change })
const room = (id: string, host: string, head_seq: number): FederatedRoom => ({ id, host, head_seq }) as FederatedRoom

test('entries go out of rooms hosted here and come into those hosted elsewhere', () => {
  const known = heads([room('a', 'acme', 4), room('b', 'globex', 7)], 'acme')
  expect([[...known.out], [...known.in]]).toEqual([[['a', 4]], [['b', 7]]])
})

test('a room that was not known before brings no traffic with it', () => expect(grown(new Map([['a', 3]]), new Map([['a', 5], ['new', 900]]))).toBe(2))
test('a log that a restore made shorter is no negative traffic', () => expect(grown(new Map([['a', 5]]), new Map([['a', 3]]))).toBe(0))

test('the slowest server says how far behind all are', () => {
  const peers = [{ lag_seconds: 3, lag_events: 1, pending: 2 }, { lag_seconds: 90, lag_events: 0, pending: 4 }] as Peer[]
  expect(waits(peers)).toEqual({ lag: 90, waiting: 7 })
  expect(waits([])).toEqual({ lag: 0, waiting: 0 })
})

test('only the newest are kept', () => {
  let samples: Sample[] = []
  for (let at = 0; at < KEPT + 5; at += 1) samples = kept(samples, sample({ at }))
  expect([samples.length, samples[0]?.at]).toEqual([KEPT, 5])
})

describe('a rate', () => {
  test('is of a minute, whatever lies between two samples', () => expect(perMinute([sample(), sample({ at: 10_000, in: 5 }), sample({ at: 40_000, in: 6 })], 'in')).toEqual([30, 2]))
  test('of one sample is none', () => expect(perMinute([sample()], 'in')).toEqual([]))
})

test('a line reaches from edge to edge, and from the bottom to the top', () => {
  expect(points([0, 2, 4], 100, 20)).toBe('0.0,20.0 50.0,10.0 100.0,0.0')
  expect(points([0, 0], 100, 20)).toBe('0.0,20.0 100.0,20.0')
})

test('bytes are told in the largest unit there is one of', () => {
  expect([0, 999, 1000, 1_540_000, 2e9, 5e15].map((bytes) => size(bytes, 'en'))).toEqual(['0 byte', '999 byte', '1 kB', '1.5 MB', '2 GB', '5,000 TB'])
})
