import { describe, expect, it } from 'vitest'
import type { Participant, RoomListItem } from '../../api'
import { addressees, asFqid } from './find'

const ME = '@alice:acme.example'

function person(fqid: string, deactivated = false): Participant {
  return { fqid, display_name: fqid.slice(1, 4), deactivated } as Participant
}

describe('a full name that is typed', () => {
  it.each([
    ['@bob:globex.example', '@bob:globex.example'],
    [' bob:Globex.example:8102 ', '@bob:globex.example:8102'],
    ['bob', undefined],
    ['what: now', undefined],
  ])('%s', (typed, fqid) => expect(asFqid(typed)).toBe(fqid))
})

describe('whom one can write to', () => {
  const found = [person('@bob:acme.example'), person(ME), person('@old:acme.example', true), person('@bob:globex.example')]

  it('is everybody who was found, in that order, but oneself and closed accounts', () => {
    expect(addressees(found, 'bo', ME, []).map((one) => one.fqid)).toEqual(['@bob:acme.example', '@bob:globex.example'])
  })

  it('leaves out whose direct message is listed', () => {
    expect(addressees(found, 'bo', ME, [{ dm_with: '@bob:acme.example' } as RoomListItem]).map((one) => one.fqid)).toEqual(['@bob:globex.example'])
  })

  it('has whoever was typed in full once', () => {
    expect(addressees([], 'eve:hooli.example', ME, [])).toEqual([{ fqid: '@eve:hooli.example', name: '@eve:hooli.example' }])
    expect(addressees(found, 'bob:globex.example', ME, [])).toHaveLength(2)
    expect(addressees([], 'eve:hooli.example', ME, [{ dm_with: '@eve:hooli.example' } as RoomListItem])).toEqual([])
    expect(addressees([], 'alice:acme.example', ME, [])).toEqual([])
  })
})
