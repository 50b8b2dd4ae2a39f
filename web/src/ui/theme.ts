import { createSignal } from 'solid-js'

export const THEMES = ['system', 'light', 'dark'] as const
export type Theme = (typeof THEMES)[number]

const KEY = 'scaiwave.theme'

function initial(): Theme {
  const chosen = localStorage.getItem(KEY)
  return THEMES.find((theme) => theme === chosen) ?? 'system'
}

const [theme, setTheme] = createSignal<Theme>(initial())
show(theme())

export { theme }

export function chooseTheme(chosen: Theme): void {
  localStorage.setItem(KEY, chosen)
  setTheme(chosen)
  show(chosen)
}

function show(chosen: Theme): void {
  if (chosen === 'system') delete document.documentElement.dataset['theme']
  else document.documentElement.dataset['theme'] = chosen
}
