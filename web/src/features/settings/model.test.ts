import { describe, expect, it } from 'vitest'
import { deviceName, expiresAt } from './model'

describe('a device', () => {
  it('is named in words', () => {
    expect(deviceName('Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Safari/537.36')).toBe('Chrome, Linux')
    expect(deviceName('Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 Version/18.0 Safari/604.1')).toBe('Safari, iPhone')
    expect(deviceName('curl/8.0')).toBe('curl/8.0')
    expect(deviceName(null)).toBeUndefined()
  })
})

describe('a token for a program', () => {
  it('ends when it says', () => {
    const now = new Date('2026-11-30T09:00:00.500Z')
    expect(expiresAt('month', now)).toBe('2026-12-30T09:00:00Z')
    expect(expiresAt('year', now)).toBe('2027-11-30T09:00:00Z')
    expect(expiresAt('ever', now)).toBeUndefined()
  })
})
