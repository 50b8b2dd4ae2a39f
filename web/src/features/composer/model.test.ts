import { describe, expect, it, vi } from 'vitest'
import type { Member } from '../../api'

vi.mock('../people', () => import('../people/fqid'))
const { emojiAt, mentionAt, mentions, pieces, reach, suggest } = await import('./model')

const HOME = 'acme.example'
const ALICE = '@alice:acme.example'

function member(participant_id: string, display_name: string, membership = 'join'): Member {
  return { participant_id, membership, participant: { display_name } } as Member
}

const members = [member(ALICE, 'Alice'), member('@bob:globex.example:8102', 'Bob Brown'), member('@bea:acme.example', 'Bea'), member('@gone:acme.example', 'Bert', 'leave')]

describe('mentions', () => {
  it('begin with an @ at the caret', () => {
    expect(mentionAt('hi @bo', 6)).toEqual({ from: 3, typed: 'bo' })
    expect(mentionAt('@', 1)).toEqual({ from: 0, typed: '' })
    expect(mentionAt('hi @bob:glo', 11)).toEqual({ from: 3, typed: 'bob:glo' })
    expect(mentionAt('mail@bo', 7)).toBeUndefined()
    expect(mentionAt('hi @bo there', 12)).toBeUndefined()
  })

  it('are suggested from here first, then with their server', () => {
    expect(suggest(members, 'b', ALICE, HOME).map((one) => one.handle)).toEqual(['@bea', '@bob:globex.example:8102'])
    expect(suggest(members, 'brown', ALICE, HOME).map((one) => one.name)).toEqual(['Bob Brown'])
    expect(suggest(members, 'alice', ALICE, HOME)).toEqual([])
  })

  it('are found in what was written', () => {
    expect(mentions('@bea and @bob:globex.example:8102, hello', members, HOME)).toEqual(['@bob:globex.example:8102', '@bea:acme.example'])
    expect(mentions('Ask @bea. And @gone, @nobody', members, HOME)).toEqual(['@bea:acme.example'])
    expect(mentions('@room: lunch', members, HOME)).toEqual(['@room'])
    expect(mentions('mail bea@bea', members, HOME)).toEqual([])
  })

  it('of all reach people of several organisations', () => {
    expect(reach(members)).toEqual({ people: 3, organisations: 2 })
  })
})

describe('the code of an emoji', () => {
  it('is found at the caret, with its second colon or without', () => {
    expect(emojiAt('well done :tad', 14)).toEqual({ from: 10, typed: 'tad' })
    expect(emojiAt('(:tada:', 7)).toEqual({ from: 1, typed: 'tada' })
    expect(emojiAt(':+1', 3)).toEqual({ from: 0, typed: '+1' })
  })

  it('is no clock, no address, no smiley and no single letter', () => {
    for (const text of ['at 10:30', 'https://acme', ':)', ':-D', ':a', 'a:tada']) expect(emojiAt(text, text.length), text).toBeUndefined()
  })
})

describe('a text while it is written', () => {
  it('shows whom it speaks to, and nobody else', () => {
    const drawn = pieces('Dear @alice, ask @nobody or mail a@alice.example.', [member(ALICE, 'Alice')], HOME)
    expect(drawn.map((piece) => piece.text).join('')).toBe('Dear @alice, ask @nobody or mail a@alice.example.')
    expect(drawn.filter((piece) => piece.token).map((piece) => piece.text)).toEqual(['@alice'])
  })
})
