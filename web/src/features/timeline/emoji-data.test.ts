import { expect, test } from 'vitest'
import { findByCode } from './emoji-data'

test('an emoji is found by the code that hands know, and by what it is about', () => {
  expect(findByCode('tada', 3)[0]).toEqual({ unicode: '🎉', code: 'tada' })
  expect(findByCode('+1', 3)[0]?.code).toBe('+1')
  expect(findByCode('celebr', 20).map((one) => one.unicode)).toContain('🎉')
  expect(findByCode('smile', 5)[0]?.code).toBe('smile')
  expect(findByCode('zzzzzz', 5)).toEqual([])
})
