import { describe, expect, it } from 'vitest'
import { codeOf, fieldOf, localIdOf, newServer } from './model'

describe('setting a server up', () => {
  it('takes the code from the address', () => {
    expect(codeOf('#code=Ab12')).toBe('Ab12')
    expect(codeOf('#other=1')).toBe('')
    expect(codeOf('')).toBe('')
  })

  it('offers a short name', () => {
    expect(localIdOf('Zoë van Dijk')).toBe('zoe')
    expect(localIdOf('  Alice')).toBe('alice')
    expect(localIdOf('李雷')).toBe('')
    expect(localIdOf('.hidden one')).toBe('hidden')
  })

  it('sends a server name only where there is none', () => {
    const said: Record<string, string> = { code: ' x1 ', server_name: 'Acme.Example', tenant_name: ' Acme ', local_id: '@alice', display_name: 'Alice', password: ' pass word' }
    const text = (name: string): string => said[name] ?? ''
    const admin = { local_id: 'alice', display_name: 'Alice', password: ' pass word' }
    expect(newServer({ needed: true, server_name: null, tenant_name: null }, text)).toEqual({ code: 'x1', server_name: 'acme.example', tenant_name: 'Acme', admin })
    expect(newServer({ needed: true, server_name: 'acme.example', tenant_name: 'acme.example' }, text)).toEqual({ code: 'x1', tenant_name: 'Acme', admin })
  })

  it('shows an answer where it belongs', () => {
    expect(fieldOf('admin.local_id')).toBe('local_id')
    expect(fieldOf('tenant_name')).toBe('tenant_name')
    expect(fieldOf(undefined)).toBeUndefined()
  })
})
