const MINUTE = 60
const HOUR = 3600
const DAY = 86_400

/** A time in its largest unit that is not too coarse: `90 seconds`, `5 minutes`, `3 days`. Less than a second is one. */
export function span(seconds: number, language: string): string {
  const [per, unit] = seconds < 2 * MINUTE ? [1, 'second'] : seconds < 2 * HOUR ? [MINUTE, 'minute'] : seconds < 2 * DAY ? [HOUR, 'hour'] : [DAY, 'day']
  return new Intl.NumberFormat(language, { style: 'unit', unit, unitDisplay: 'long' }).format(Math.floor(Math.max(1, seconds) / per))
}
