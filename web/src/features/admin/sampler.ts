import { type Accessor, createSignal, onCleanup } from 'solid-js'
import { useLive } from '../../sync'
import { readPeers, readRooms, readStats } from './facts'
import { grown, type Heads, heads, kept, type Sample, waits } from './samples'

const EVERY_MS = 10_000

/** Looks at the server again and again as long as the console is open: the server keeps no such history itself. */
export function createSampler(): Accessor<Sample[]> {
  const live = useLive()
  const [samples, setSamples] = createSignal<Sample[]>([])
  let before: Heads | undefined
  let total = { in: 0, out: 0 }
  const look = async (): Promise<void> => {
    const begun = performance.now()
    const peers = await readPeers()
    const answer = Math.round(performance.now() - begun)
    const [rooms, stats] = await Promise.all([readRooms(), readStats()])
    const now = heads(rooms, live.me().server_name)
    if (before) total = { in: total.in + grown(before.in, now.in), out: total.out + grown(before.out, now.out) }
    before = now
    setSamples((known) => kept(known, { at: Date.now(), ...waits(peers), ...total, answer, storage: stats.storage_bytes }))
  }
  const again = (): void => {
    // What cannot be read leaves a gap; the parts of the console say why by themselves.
    if (!document.hidden && live.me().role === 'admin') void look().catch(() => undefined)
  }
  again()
  const timer = setInterval(again, EVERY_MS)
  onCleanup(() => clearInterval(timer))
  return samples
}
