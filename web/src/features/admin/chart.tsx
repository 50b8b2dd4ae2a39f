import { For, type JSX } from 'solid-js'
import { locale } from '../../ui'
import { points } from './samples'

const WIDTH = 300
const HEIGHT = 64

/** One line over time, with what it says in words: now and at most. */
export function Chart(props: { title: string; unit?: string; show?: (value: number) => string; values: number[]; said: (now: string, most: string) => string }): JSX.Element {
  const number = (value: number): string => props.show?.(value) ?? `${new Intl.NumberFormat(locale(), { maximumFractionDigits: 1 }).format(value)} ${props.unit ?? ''}`.trim()
  const now = (): number => props.values.at(-1) ?? 0
  const most = (): number => Math.max(0, ...props.values)
  return (
    <figure class="chart">
      <figcaption><span class="admin-strong">{props.title}</span> <span>{number(now())}</span></figcaption>
      <svg viewBox={`0 -2 ${WIDTH} ${HEIGHT + 4}`} preserveAspectRatio="none" role="img" aria-label={`${props.title}: ${props.said(number(now()), number(most()))}`}>
        <For each={[0, HEIGHT / 2, HEIGHT]}>{(y) => <line x1="0" x2={WIDTH} y1={y} y2={y} class="chart-grid" />}</For>
        <polyline points={points(props.values, WIDTH, HEIGHT)} class="chart-line" />
      </svg>
      <p class="soft small" aria-hidden="true">{props.said(number(now()), number(most()))}</p>
    </figure>
  )
}
