import { describe, expect, it } from 'vitest'
import { cameBack, returnTo, ways } from './model'

describe('logins by an identity provider', () => {
  it('come back in the fragment', () => {
    expect(cameBack('#login_code=swc_1')).toEqual({ kind: 'code', code: 'swc_1' })
    expect(cameBack('#login_error=SW_NAME_TAKEN')).toEqual({ kind: 'error', code: 'SW_NAME_TAKEN' })
    expect(cameBack('#linked=id-1')).toEqual({ kind: 'linked' })
    expect(cameBack('#reset=swr_1')).toEqual({ kind: 'reset', token: 'swr_1' })
    expect(cameBack('#code=1')).toBeUndefined()
    expect(cameBack('')).toBeUndefined()
  })

  it('are offered where the server says so', () => {
    const oidc = { name: 'Corp', issuer: 'https://login.example', start: '/v1/auth/oidc/start' }
    expect(ways({ mode: 'local', oidc: null })).toEqual({ password: true, provider: undefined })
    expect(ways({ mode: 'oidc', oidc })).toEqual({ password: false, provider: 'Corp' })
    expect(ways({ mode: 'hybrid', oidc })).toEqual({ password: true, provider: 'Corp' })
    expect(ways({ mode: 'mock', oidc: null })).toEqual({ password: true, provider: undefined })
  })

  it('go on where one was', () => {
    expect(returnTo({ pathname: '/rooms/room-1', search: '?pane=members' })).toBe('/rooms/room-1?pane=members')
    expect(returnTo({ pathname: '/', search: '' })).toBe('/')
    expect(returnTo({ pathname: '//evil.example', search: '' })).toBe('/')
    expect(returnTo({ pathname: '/ä', search: '' })).toBe('/')
    expect(returnTo({ pathname: `/${'a'.repeat(511)}`, search: '' })).toHaveLength(512)
    expect(returnTo({ pathname: `/${'a'.repeat(512)}`, search: '' })).toBe('/')
  })
})
