import { createSignal, For, type JSX } from 'solid-js'

interface Toast {
  id: number
  text: string
  bad: boolean
}

const SHOWN_MS = 6000
const SHOWN_MAX = 4

const [toasts, setToasts] = createSignal<readonly Toast[]>([])
let next = 1

/** Says something in the corner for a while. */
export function say(text: string, bad = false): void {
  const toast = { id: next, text, bad }
  next += 1
  setToasts((known) => [...known, toast].slice(-SHOWN_MAX))
  setTimeout(() => setToasts((known) => known.filter((other) => other.id !== toast.id)), SHOWN_MS)
}

export function Toasts(): JSX.Element {
  return (
    <div class="toasts" role="status" aria-live="polite">
      <For each={toasts()}>{(toast) => <p class="toast" classList={{ 'toast-bad': toast.bad }}>{toast.text}</p>}</For>
    </div>
  )
}
