import { describe, expect, it } from 'vitest'
import { rank, wishOf } from './rank'

describe('jumping', () => {
  it('finds what begins with the letters before what has them', () => {
    expect(rank('Launch plans', 'lau')).toBe(0)
    expect(rank('Pre-launch', 'LAU')).toBe(1)
    expect(rank('Launch plans', 'lpl')).toBe(2)
    expect(rank('Launch plans', 'plx')).toBe(-1)
    expect(rank('Anything', '')).toBe(0)
  })

  it('takes what stands behind a > for a command', () => {
    expect(wishOf(' > dark ')).toEqual({ kind: 'command', typed: 'dark' })
    expect(wishOf('launch > plans')).toEqual({ kind: 'place', typed: 'launch > plans' })
    expect(wishOf('>')).toEqual({ kind: 'command', typed: '' })
  })
})
