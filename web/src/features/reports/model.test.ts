import { describe, expect, it, vi } from 'vitest'
import listed from '../../../../crates/engine/src/reports/report.rs?raw'
import limits from '../../../../crates/engine/src/reports/mod.rs?raw'
import type { Report } from '../../api'
import { CATEGORIES, newReport, notSeen, TEXT_MAX, withSettled } from './model'

/** The browser's parts that say which language is read. */
vi.stubGlobal('localStorage', { getItem: () => 'en', setItem: () => undefined })
vi.stubGlobal('document', { documentElement: { lang: '' } })
vi.mock('../../ui', () => import('../../ui/locale'))
vi.mock('../people', () => import('../people/role'))
const { categoryName } = await import('./categories')

describe('a report', () => {
  it('is of a kind, and as long, as the server takes it', () => {
    const taken = /CATEGORIES: \[&str; \d\] = \[([^\]]+)\]/u.exec(listed)?.[1]?.match(/\w+/gu)
    expect(taken).toEqual([...CATEGORIES])
    expect(/TEXT_CHARS_MAX: usize = (\d+)/u.exec(limits)?.[1]).toBe(String(TEXT_MAX))
  })

  it('has words only where somebody wrote some', () => {
    expect(newReport('spam', ' \n')).toEqual({ category: 'spam' })
    expect(newReport('other', ' again and again ')).toEqual({ category: 'other', text: 'again and again' })
  })

  it('of another server may be called as nobody calls it here', () => {
    expect(categoryName('spam')).toBe('Spam or advertising')
    expect(categoryName('phishing')).toBe('phishing')
    expect(categoryName('toString')).toBe('toString')
  })
})

describe('reports', () => {
  const me = { role: 'member', server_name: 'acme.example' }

  it('are for those who moderate, and for admins', () => {
    expect(notSeen({ host: 'acme.example', power_level: 49 }, me)).toBe('rights')
    expect(notSeen({ host: 'acme.example', power_level: 50 }, me)).toBeUndefined()
    expect(notSeen({ host: 'acme.example', power_level: 0 }, { ...me, role: 'admin' })).toBeUndefined()
  })

  it('stand at the host of the room', () => {
    expect(notSeen({ host: 'globex.example', power_level: 100 }, me)).toBe('elsewhere')
    expect(notSeen({ host: 'globex.example', power_level: 0 }, me)).toBe('rights')
  })

  it('go from the list when they are settled, and are marked where all are shown', () => {
    const open = [{ id: 'a', state: 'open' }, { id: 'b', state: 'open' }] as Report[]
    const settled = { id: 'a', state: 'resolved' } as Report
    expect(withSettled(open, settled, false).map((one) => one.id)).toEqual(['b'])
    expect(withSettled(open, settled, true).map((one) => one.state)).toEqual(['resolved', 'open'])
  })
})
