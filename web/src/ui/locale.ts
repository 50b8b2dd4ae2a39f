import { createSignal } from 'solid-js'

export const LOCALES = ['en', 'nl', 'de'] as const
export type Locale = (typeof LOCALES)[number]

/** What each language is called in itself. */
export const LOCALE_NAMES: Record<Locale, string> = { en: 'English', nl: 'Nederlands', de: 'Deutsch' }

const KEY = 'scaiwave.locale'

function isLocale(text: string | null | undefined): text is Locale {
  return LOCALES.some((locale) => locale === text)
}

/** What was chosen here, else the first language of the browser that there is. */
function initial(): Locale {
  const chosen = localStorage.getItem(KEY)
  if (isLocale(chosen)) return chosen
  const wishes = navigator.languages.map((language) => language.slice(0, 2))
  return wishes.find(isLocale) ?? 'en'
}

const [locale, setLocale] = createSignal<Locale>(initial())
document.documentElement.lang = locale()

export { locale }

export function chooseLocale(chosen: Locale): void {
  localStorage.setItem(KEY, chosen)
  document.documentElement.lang = chosen
  setLocale(chosen)
}

/** The shape of an English dictionary: other languages must have the same entries. */
type Like<T> = { [K in keyof T]: T[K] extends (...given: infer A) => string ? (...given: A) => string : string }

/** Words of one part of the page, in all languages; read by calling it, so that a change of language shows. */
export function localized<T extends object>(words: { en: T; nl: Like<T>; de: Like<T> }): () => Like<T> {
  return () => words[locale()] as Like<T>
}
