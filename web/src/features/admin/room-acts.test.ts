import { describe, expect, it } from 'vitest'
import { hasAgreed, notConfirmed, notFetched, notHandedOver, notTakenOver } from './room-acts'

const HOME = 'acme.example'
const OTHER = 'globex.example'
const ours = { host: HOME, servers: [OTHER], federate: true, local_people: 2, frozen: null }
const theirs = { ...ours, host: OTHER }
const facts = { agreed: false, unheard: [] }

describe('what can be done with a shared room', () => {
  it('is handed over by its host, to somebody who is there', () => {
    expect(notHandedOver(ours, HOME)).toBeUndefined()
    expect(notHandedOver(theirs, HOME)).toBe('elsewhere')
    expect(notHandedOver({ ...ours, federate: false }, HOME)).toBe('kept')
    expect(notHandedOver({ ...ours, servers: [] }, HOME)).toBe('alone')
  })

  it('is taken over by whoever is in it and does not host it', () => {
    expect(notTakenOver(theirs, HOME, facts)).toBeUndefined()
    expect(notTakenOver(ours, HOME, facts)).toBe('ours')
    expect(notTakenOver({ ...theirs, local_people: 0 }, HOME, facts)).toBe('nobody')
    expect(notTakenOver(theirs, HOME, undefined)).toBe('reading')
  })

  it('is not taken over while it is read-only, but one may think better of it', () => {
    const frozen = { ...theirs, frozen: 'two histories' }
    expect(notTakenOver(frozen, HOME, facts)).toBe('frozen')
    expect(notTakenOver(frozen, HOME, { ...facts, agreed: true })).toBeUndefined()
  })

  it('is answered for only where something is in doubt, or nobody here can know', () => {
    expect(notConfirmed(ours, HOME, facts)).toBe('sure')
    expect(notConfirmed(ours, HOME, { ...facts, unheard: [OTHER] })).toBeUndefined()
    expect(notConfirmed(ours, HOME, { ...facts, unheard: undefined })).toBeUndefined()
    expect(notConfirmed(ours, HOME, undefined)).toBe('reading')
    expect(notConfirmed(theirs, HOME, facts)).toBe('elsewhere')
  })

  it('has a past to be fetched where it is hosted elsewhere and not all is here', () => {
    expect(notFetched(theirs, HOME, false)).toBeUndefined()
    expect(notFetched(theirs, HOME, true)).toBe('whole')
    expect(notFetched(ours, HOME, false)).toBe('hosted')
  })
})

describe('an agreement', () => {
  const log = (...actions: string[]): { action: string }[] => actions.map((action) => ({ action }))

  it('stands until it is taken back, used, or left', () => {
    expect(hasAgreed(log('room.frozen', 'room.take_over_agreed'))).toBe(true)
    expect(hasAgreed(log('room.take_over_withdrawn', 'room.take_over_agreed'))).toBe(false)
    expect(hasAgreed(log('room.taken_over', 'room.take_over_agreed'))).toBe(false)
    expect(hasAgreed(log('room.left', 'room.take_over_agreed'))).toBe(false)
    expect(hasAgreed(log('room.take_over_agreed', 'room.taken_over'))).toBe(true)
    expect(hasAgreed([])).toBe(false)
  })
})
