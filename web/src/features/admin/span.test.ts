import { expect, test } from 'vitest'
import { span } from './span'

test('a time is told in its largest unit that is not too coarse', () => {
  const said = [0, 119, 120, 7199, 7200, 172_799, 172_800].map((seconds) => span(seconds, 'en'))
  expect(said).toEqual(['1 second', '119 seconds', '2 minutes', '119 minutes', '2 hours', '47 hours', '2 days'])
  expect(span(300, 'de')).toBe('5 Minuten')
  expect(span(-5, 'en')).toBe('1 second')
})
