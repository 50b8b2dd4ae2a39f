import { beforeAll, describe, expect, it, vi } from 'vitest'
import betweenServers from '../../../../crates/protocol/src/code.rs?raw'
import toClients from '../../../../crates/engine/src/denial.rs?raw'
import openapi from '../../../../docs/openapi.json?raw'

/** What the server may answer: by its own description, and by the tables that the codes come from. */
const described = [...new Set(openapi.match(/\bSW_[A-Z_]+[A-Z]\b/gu))] as string[]
const tabled = [...(toClients + betweenServers).matchAll(/^ {4}\w+ = "(SW_[A-Z_]+)", \d+;$/gmu)].map((found) => found[1] ?? '')

/** The browser's parts that say which language is read. */
vi.stubGlobal('location', { origin: 'https://acme.example' })
vi.stubGlobal('localStorage', { getItem: () => 'en', setItem: () => undefined })
vi.stubGlobal('document', { documentElement: { lang: '', dataset: {} } })

// Of what is drawn nothing is needed.
vi.mock('../../ui', () => import('../../ui/locale'))

const { reason } = await import('./reason')
const { reasons } = await import('./words')
const { chooseLocale, LOCALES } = await import('../../ui/locale')

describe('why something was not done', () => {
  beforeAll(() => chooseLocale('en'))

  it('has words for every code of the API, in every language', () => {
    expect(described.length).toBeGreaterThan(40)
    for (const locale of LOCALES) {
      chooseLocale(locale)
      expect(described.filter((code) => !(reasons() as Record<string, string>)[code]), locale).toEqual([])
      expect(Object.keys(reasons()).filter((code) => code.startsWith('SW_')).sort(), locale).toEqual([...tabled].sort())
    }
  })

  it('says a code that says all in the words of who reads it', () => {
    chooseLocale('de')
    expect(reason({ code: 'SW_NOT_MEMBER', message: 'you are not in this room' })).toBe('Sie sind nicht in diesem Raum.')
    chooseLocale('nl')
    expect(reason({ code: 'SW_NOT_MEMBER', message: 'you are not in this room' })).toBe('Je bent niet in deze kamer.')
  })

  it('keeps what only the server knows', () => {
    const refused = { code: 'SW_FED_PEER_UNREACHABLE', message: 'acme.example cannot be reached: its certificate has ended' }
    chooseLocale('de')
    expect(reason(refused)).toBe('Der andere Server war nicht erreichbar. (acme.example cannot be reached: its certificate has ended)')
    chooseLocale('en')
    expect(reason(refused)).toBe('acme.example cannot be reached: its certificate has ended.')
    expect(reason({ code: 'SW_BAD_REQUEST', message: 'a reaction is one emoji' })).toBe('A reaction is one emoji.')
  })

  it('leaves what it does not know as the server said it', () => {
    chooseLocale('nl')
    expect(reason({ code: 'SW_OF_A_LATER_SERVER', message: 'the moon is full' })).toBe('The moon is full.')
    expect(reason({ code: 'command', message: 'Wie?' })).toBe('Wie?')
  })
})
