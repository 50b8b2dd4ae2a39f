import { describe, expect, it, vi } from 'vitest'

vi.mock('../people', () => import('../people/fqid'))
const { pieces } = await import('./mentions')

describe('mentions in a text', () => {
  const home = 'acme.example'
  it('are those of the list, in either form', () => {
    const text = 'hi @bob:globex.example and @alice, and @mallory'
    const told = pieces(text, ['@bob:globex.example', '@alice:acme.example'], home)
    expect(told.filter((piece) => piece.who).map((piece) => piece.text)).toEqual(['@bob:globex.example', '@alice'])
    expect(told.map((piece) => piece.text).join('')).toBe(text)
  })

  it('end where a name ends', () => {
    expect(pieces('@alicette', ['@alice:acme.example'], home).some((piece) => piece.who)).toBe(false)
    expect(pieces('@room!', ['@room'], home)[0]).toEqual({ text: '@room', who: '@room' })
  })
})
