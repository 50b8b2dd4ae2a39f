import { locale } from './locale'

/** As the reader's country writes it: of the browser's languages the first that is the page's. */
function region(): string {
  return navigator.languages.find((language) => language.split('-')[0] === locale()) ?? locale()
}

const formats = new Map<string, Intl.DateTimeFormat>()

function format(options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const key = locale() + JSON.stringify(options)
  const known = formats.get(key)
  if (known) return known
  const fresh = new Intl.DateTimeFormat(region(), options)
  formats.set(key, fresh)
  return fresh
}

type When = string | number | Date

/** 14:02 */
export function time(when: When): string {
  return format({ hour: '2-digit', minute: '2-digit' }).format(new Date(when))
}

/** 30 November 2026 at 14:02 */
export function moment(when: When): string {
  return format({ dateStyle: 'long', timeStyle: 'short' }).format(new Date(when))
}

/** Monday, 30 November; with the year when it is another one. */
export function day(when: When, now: Date = new Date()): string {
  const date = new Date(when)
  const year = date.getFullYear() === now.getFullYear() ? {} : { year: 'numeric' as const }
  return format({ weekday: 'long', day: 'numeric', month: 'long', ...year }).format(date)
}

/** The time of today, else the day. */
export function brief(when: When, now: Date = new Date()): string {
  return daysAgo(when, now) === 0 ? time(when) : format({ day: 'numeric', month: 'short' }).format(new Date(when))
}

/** The time of today, else day and time. */
export function timeOrMoment(when: When, now: Date = new Date()): string {
  return daysAgo(when, now) === 0 ? time(when) : moment(when)
}

/** Midnights between then and now, on this clock. */
export function daysAgo(when: When, now: Date = new Date()): number {
  const midnight = (date: Date): number => Date.UTC(date.getFullYear(), date.getMonth(), date.getDate())
  return Math.round((midnight(now) - midnight(new Date(when))) / 86_400_000)
}

/** yesterday, today */
export function relativeDay(days: number): string {
  return new Intl.RelativeTimeFormat(locale(), { numeric: 'auto' }).format(-days, 'day')
}
