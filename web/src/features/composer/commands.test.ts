import { describe, expect, it } from 'vitest'
import { complete, fqidOf, muteUntil, read } from './commands'

describe('commands', () => {
  it('begin with a slash and a word', () => {
    expect(read('/me waves')).toEqual({ kind: 'command', command: 'me', rest: 'waves' })
    expect(read('/TOPIC  Two\nlines ')).toEqual({ kind: 'command', command: 'topic', rest: 'Two\nlines' })
    expect(read('/leave')).toEqual({ kind: 'command', command: 'leave', rest: '' })
    expect(read('/frobnicate now')).toEqual({ kind: 'unknown', name: 'frobnicate' })
  })

  it('are not seen where somebody only writes a slash', () => {
    for (const body of ['hi /me', '/', '/usr/bin/env', '/ me', '1/2']) expect(read(body)).toEqual({ kind: 'say', body })
    expect(read('//me is a command')).toEqual({ kind: 'say', body: '/me is a command' })
  })

  it('are completed until one is whole', () => {
    expect(complete('/', 1)).toHaveLength(7)
    expect(complete('/m', 2)).toEqual(['me', 'mute'])
    expect(complete('/me', 3)).toEqual([])
    expect(complete('/m', 1)).toEqual([])
    expect(complete('/x', 2)).toEqual([])
    expect(complete('say /m', 6)).toEqual([])
  })

  it('understand for how long', () => {
    expect(muteUntil('', 0)).toBe('1970-01-01T08:00:00.000Z')
    expect(muteUntil('30m', 0)).toBe('1970-01-01T00:30:00.000Z')
    expect(muteUntil('2 H', 0)).toBe('1970-01-01T02:00:00.000Z')
    expect(muteUntil('1d', 0)).toBe('1970-01-02T00:00:00.000Z')
    expect(muteUntil('off', 0)).toBeNull()
    for (const wrong of ['0h', 'soon', '1y', '-1h', '1000d']) expect(muteUntil(wrong, 0)).toBeUndefined()
  })

  it('take short names and full ones', () => {
    expect(fqidOf('@eli', 'acme.example')).toBe('@eli:acme.example')
    expect(fqidOf('bob:Globex.example:8102', 'acme.example')).toBe('@bob:globex.example:8102')
    expect(fqidOf('two words', 'acme.example')).toBeUndefined()
    expect(fqidOf('', 'acme.example')).toBeUndefined()
  })
})
