/// <reference types="vite/client" />
import { expect, test, vi } from 'vitest'
import source from '../../../../crates/engine/src/audit/action.rs?raw'

/** The browser's parts that say which language is read. */
vi.stubGlobal('localStorage', { getItem: () => 'en', setItem: () => undefined })
vi.stubGlobal('document', { documentElement: { lang: '' } })
vi.mock('../../ui', () => import('../../ui/locale'))
const { actionName, actions } = await import('./audit-actions')
const { chooseLocale, LOCALES } = await import('../../ui/locale')

test('the filter offers what the server writes, by name', () => {
  const written = [...source.matchAll(/^ {4}\w+ = "([a-z_.]+)",$/gmu)].map((found) => found[1])
  for (const locale of LOCALES) {
    chooseLocale(locale)
    expect(actions().sort(), locale).toEqual(written.sort())
  }
  expect(actionName('key.rotated')).toBe('Schlüssel gewechselt')
  expect(actionName('moon.full')).toBe('moon.full')
})
