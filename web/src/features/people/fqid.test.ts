import { describe, expect, it } from 'vitest'
import { handle, parts, serverItself } from './fqid'

describe('a full name', () => {
  it('has a local part and a server, which may have a port', () => {
    expect(parts('@bob:globex.localhost:8102')).toEqual({ local: 'bob', server: 'globex.localhost:8102' })
    expect(parts('@bob')).toEqual({ local: 'bob', server: '' })
  })

  it('may be that of a server itself', () => {
    expect(serverItself('@_server:acme.localhost:8102')).toBe('acme.localhost:8102')
    expect(serverItself('@bob:globex.example')).toBeUndefined()
  })

  it('shows its server where that is another one', () => {
    expect(handle('@bob:globex.example', 'acme.example')).toBe('@bob:globex.example')
    expect(handle('@bob:globex.example', 'globex.example')).toBe('@bob')
  })
})
