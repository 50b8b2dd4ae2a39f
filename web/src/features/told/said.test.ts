/// <reference types="vite/client" />
import { beforeEach, describe, expect, it, vi } from 'vitest'
import explain from '../../../../crates/engine/src/rejections/explain.rs?raw'

/** The browser's parts that say which language is read. */
vi.stubGlobal('localStorage', { getItem: () => 'en', setItem: () => undefined })
vi.stubGlobal('document', { documentElement: { lang: '' } })
vi.mock('../../ui', () => import('../../ui/locale'))
const { chooseLocale } = await import('../../ui/locale')
const { inWords } = await import('./said')
const { CHECKS } = await import('./checks')
const { EXPLANATIONS } = await import('./explanations')

const files = import.meta.glob(['../../../../crates/engine/src/doctor/*.rs', '../../../../crates/federation/src/client/doctor/*.rs'], { query: '?raw', import: 'default', eager: true }) as Record<string, string>
const doctor = Object.values(files)
/** But for the report as the command line writes it. */
const steps = Object.entries(files).filter(([path]) => !path.endsWith('report.rs')).map(([, text]) => text)

/** What a file of Rust says in quotes, outside of comments and tests; what is put in is numbered. */
function texts(source: string): string[] {
  const code = (source.split('#[cfg(test)]')[0] ?? '').replace(/^\s*\/\/.*$/gmu, '')
  return [...code.matchAll(/"((?:[^"\\]|\\[\s\S])*)"/gu)].map((found) => {
    let n = 0
    return (found[1] ?? '').replace(/\\\n\s*/gu, '').replace(/\{[^}]*\}/gu, () => {
      n += 1
      return `{${n}}`
    })
  })
}

/** Whole sentences; the way's questions have words of their own. */
function sentences(source: string): string[] {
  return texts(source).filter((text) => / /u.test(text) && /[.]$/u.test(text) && text !== '{1}.')
}

describe('what the server tells admins', () => {
  beforeEach(() => chooseLocale('de'))

  it('has words for every meaning, cause and cure of a refusal, and no others', () => {
    const cut = explain.indexOf('struct Entry')
    const told = [...new Set(sentences(explain.slice(cut)))]
    expect(told.length).toBeGreaterThan(90)
    expect(EXPLANATIONS.map(([en]) => en).sort()).toEqual(told.sort())
  })

  it('has words for every sentence of the check, and no others', () => {
    const told = new Set(steps.flatMap(sentences))
    expect(told.size).toBeGreaterThan(70)
    expect([...told].filter((text) => !CHECKS.some(([en]) => en === text) && !EXPLANATIONS.some(([en]) => en === text))).toEqual([])
    const all = new Set(doctor.flatMap(texts))
    expect(CHECKS.map(([en]) => en).filter((text) => !all.has(text))).toEqual([])
  })

  it('puts in the same in every language', () => {
    const holes = (text: string): string => (text.match(/\{\d\}/gu) ?? []).sort().join()
    for (const [en, nl, de] of [...EXPLANATIONS, ...CHECKS]) expect([holes(nl), holes(de)], en).toEqual([holes(en), holes(en)])
  })

  it('is said in the language of who reads it, with what stands in it', () => {
    expect(inWords('It is on `blocked_peers`.')).toEqual({ text: 'Er steht auf `blocked_peers`.', lang: 'de' })
    expect(inWords('Its clock is 61 s ahead of ours; 60 s is the most that is allowed.').text).toBe('Seine Uhr geht 61 s unserer voraus; 60 s ist das Höchste, das erlaubt ist.')
    expect(inWords('It does: its certificate is valid until Jan 1 2027.').text).toBe('Ja: sein Zertifikat gilt bis Jan 1 2027.')
    expect(inWords('It does: ScaiWave 0.1, protocol v1.').text).toBe('Ja: ScaiWave 0.1, protocol v1.')
    expect(inWords('Its descriptor cannot be had: it answered HTTP 404.').text).toBe('Seine Beschreibung ist nicht zu bekommen: er antwortete mit HTTP 404.')
    chooseLocale('nl')
    expect(inWords('If it is welcome, allow it.')).toEqual({ text: 'Is hij welkom, sta hem dan toe.', lang: 'nl' })
  })

  it('is said sentence by sentence where the server says several', () => {
    expect(inWords('The key has expired or was revoked. Somebody else speaks in that server\'s name.').text)
      .toBe('Der Schlüssel ist abgelaufen oder wurde widerrufen. Jemand anders spricht im Namen dieses Servers.')
    expect(inWords('Its certificate is for another name. Or this machine alone cannot reach itself by its public name, which does no harm.').text)
      .toBe('Sein Zertifikat ist für einen anderen Namen. Oder nur diese Maschine erreicht sich selbst nicht unter ihrem öffentlichen Namen, was nicht schadet.')
  })

  it('stays English where a part of it is not known, and for who reads English', () => {
    for (const text of ['The moon is full.', 'The key has expired or was revoked. The moon is full.']) expect(inWords(text)).toEqual({ text, lang: 'en' })
    chooseLocale('en')
    expect(inWords('It is on `blocked_peers`.')).toEqual({ text: 'It is on `blocked_peers`.', lang: 'en' })
  })
})
