import { locale } from '../../ui'
import { CHECKS } from './checks'
import { EXPLANATIONS } from './explanations'

/** A sentence of the server, as it says it, in Dutch and in German. What stands in `{1}`, `{2}`, … is put in as it came. */
export type Said = readonly [en: string, nl: string, de: string]

interface Known {
  said: Said
  /** Of a sentence in which something is put. */
  form: RegExp | undefined
}

/** Longer ones first: `It does: {1}.` fits many. */
const known: readonly Known[] = [...EXPLANATIONS, ...CHECKS]
  .map((said) => ({ said, form: said[0].includes('{1}') ? formOf(said[0]) : undefined }))
  .sort((left, right) => right.said[0].length - left.said[0].length)
const whole = new Map(known.filter(({ form }) => !form).map(({ said }) => [said[0], said]))

function formOf(text: string): RegExp {
  const pieces = text.split(/\{\d\}/u).map((piece) => piece.replace(/[.*+?^${}()|[\]\\]/gu, '\\$&'))
  return new RegExp(`^${pieces.join('(.+?)')}$`, 'su')
}

/** One sentence in the reader's language; none when it is not known. */
function sentence(text: string, which: 1 | 2): string | undefined {
  const said = whole.get(text)
  if (said) return said[which]
  for (const { said: one, form } of known) {
    const found = form?.exec(text)
    if (found) return one[which].replace(/\{(\d)\}/gu, (_, n: string) => told(found[Number(n)] ?? '', which) ?? found[Number(n)] ?? '')
  }
  return undefined
}

/** Some sentences one after another, all of them known. */
function told(text: string, which: 1 | 2): string | undefined {
  const one = sentence(text, which)
  if (one !== undefined) return one
  for (let end = text.lastIndexOf('. '); end > 0; end = text.lastIndexOf('. ', end - 1)) {
    const [first, rest] = [whole.get(text.slice(0, end + 1)), told(text.slice(end + 2), which)]
    if (first && rest !== undefined) return `${first[which]} ${rest}`
  }
  return undefined
}

export interface InWords {
  text: string
  lang: string
}

/** A text of the server in the reader's language, and the language that it is in then: what is not known stays English. */
export function inWords(text: string): InWords {
  const which = ({ nl: 1, de: 2 } as const)[locale() as 'nl' | 'de']
  const found = which ? told(text, which) : undefined
  return found === undefined ? { text, lang: 'en' } : { text: found, lang: locale() }
}
