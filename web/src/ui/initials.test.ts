import { expect, it } from 'vitest'
import { initials } from './initials'

it.each([
  ['Alice Adams', 'AA'],
  ['Ada King of Lovelace', 'AL'],
  ['plato', 'P'],
  ['@bob:globex.example', 'B'],
  ['@bob.brown:globex.example:8102', 'BB'],
  ['👩‍🚀 Eve', '👩E'],
  ['  ', ''],
])('the letters of %s', (name, letters) => expect(initials(name)).toBe(letters))
