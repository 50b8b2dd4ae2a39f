const BROWSERS = [['Edg/', 'Edge'], ['OPR/', 'Opera'], ['Firefox/', 'Firefox'], ['Chrome/', 'Chrome'], ['Safari/', 'Safari']] as const
const SYSTEMS = [['iPhone', 'iPhone'], ['iPad', 'iPad'], ['Android', 'Android'], ['Windows', 'Windows'], ['Mac OS X', 'macOS'], ['Linux', 'Linux']] as const

/** A browser's long name in words; other programs as they call themselves. */
export function deviceName(agent: string | null): string | undefined {
  if (!agent) return undefined
  const browser = BROWSERS.find(([mark]) => agent.includes(mark))?.[1]
  const system = SYSTEMS.find(([mark]) => agent.includes(mark))?.[1]
  if (!browser) return agent.slice(0, 60)
  return system ? `${browser}, ${system}` : browser
}

export const LIVES = ['month', 'quarter', 'year', 'ever'] as const
export type Life = (typeof LIVES)[number]

const DAYS = { month: 30, quarter: 90, year: 365 }

/** When a token for a program ends; none when it never does. */
export function expiresAt(life: Life, now: Date): string | undefined {
  if (life === 'ever') return undefined
  return `${new Date(now.getTime() + DAYS[life] * 86_400_000).toISOString().slice(0, 19)}Z`
}
