import { describe, expect, it } from 'vitest'
import { marked } from './highlight'

describe('what was found', () => {
  it('is marked by code points', () => {
    expect(marked('🎉 party 🎉', [[2, 7]])).toEqual([{ text: '🎉 ', hit: false }, { text: 'party', hit: true }, { text: ' 🎉', hit: false }])
    expect(marked('abc', [])).toEqual([{ text: 'abc', hit: false }])
    expect(marked('abc', [[0, 3]])).toEqual([{ text: 'abc', hit: true }])
  })
})
