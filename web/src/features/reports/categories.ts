import { localized } from '../../ui'
import type { Category } from './model'

const names = localized<Record<Category, string>>({
  en: { spam: 'Spam or advertising', abuse: 'Insult, threat or harassment', illegal: 'Something against the law', impersonation: 'Somebody passes for another person', other: 'Something else' },
  nl: { spam: 'Spam of reclame', abuse: 'Belediging, bedreiging of pesterij', illegal: 'Iets tegen de wet', impersonation: 'Iemand doet zich voor als een ander', other: 'Iets anders' },
  de: { spam: 'Spam oder Werbung', abuse: 'Beleidigung, Drohung oder Belästigung', illegal: 'Etwas gegen das Gesetz', impersonation: 'Jemand gibt sich als andere Person aus', other: 'Etwas anderes' },
})

/** What a report calls it; a word of another server that is not known here stays as it came. */
export function categoryName(category: string): string {
  return Object.hasOwn(names(), category) ? names()[category as Category] : category
}
