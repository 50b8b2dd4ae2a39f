import { describe, expect, it } from 'vitest'
import { toggleMark } from './marks'

describe('a mark of Markdown', () => {
  it('is set around what is chosen, which stays chosen', () => {
    expect(toggleMark({ text: 'one two three', from: 4, to: 7 }, '**')).toEqual({ text: 'one **two** three', from: 6, to: 9 })
  })

  it('is taken away by the same key', () => {
    expect(toggleMark({ text: 'one **two** three', from: 6, to: 9 }, '**')).toEqual({ text: 'one two three', from: 4, to: 7 })
    expect(toggleMark({ text: '***two***', from: 3, to: 6 }, '*')).toEqual({ text: '**two**', from: 2, to: 5 })
  })

  it('is not taken for the half of another', () => {
    expect(toggleMark({ text: '**two**', from: 2, to: 5 }, '*')).toEqual({ text: '***two***', from: 3, to: 6 })
  })

  it('is left by the same key', () => {
    expect(toggleMark({ text: 'say **all** now', from: 9, to: 9 }, '**')).toEqual({ text: 'say **all** now', from: 11, to: 11 })
    expect(toggleMark({ text: '**all**', from: 5, to: 5 }, '*')).toEqual({ text: '**all****', from: 6, to: 6 })
  })

  it('leaves the caret between two when nothing is chosen', () => {
    expect(toggleMark({ text: 'say ', from: 4, to: 4 }, '`')).toEqual({ text: 'say ``', from: 5, to: 5 })
    expect(toggleMark({ text: 'say ``', from: 5, to: 5 }, '`')).toEqual({ text: 'say ', from: 4, to: 4 })
  })
})
