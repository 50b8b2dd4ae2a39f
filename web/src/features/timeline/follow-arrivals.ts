import { type Accessor, createEffect, createMemo, createSignal, on, onCleanup } from 'solid-js'
import type { RoomListItem } from '../../api'
import { type Line, useLive } from '../../sync'
import { type Arrival, arrivalOf, type Arrivals, askAbout, isEverywhere, NOTHING_KNOWN, ownNewest, waitMs } from './arrivals'
import { readDelivery } from './model'

/**
 * Where the own messages of an open room are. No frame tells that a server has got something, so it is asked: about the
 * newest messages, when there is nothing better to do, until they are everywhere. Nothing is asked while nobody looks.
 */
export function followArrivals(room: Accessor<RoomListItem>): (line: Line) => Arrival | undefined {
  const live = useLive()
  const [known, setKnown] = createSignal<Arrivals>(NOTHING_KNOWN)
  const [visible, setVisible] = createSignal(document.visibilityState === 'visible')
  const servers = createMemo(() => [...new Set([live.me().server_name, room().host, ...room().servers])].sort(), [], { equals: (left, right) => left.join() === right.join() })
  /** With the host alone on the other side, what has its place is everywhere. */
  const isTold = (): boolean => servers().length === 2 && room().host !== live.me().server_name
  const lines = createMemo(() => live.state().timelines[room().id]?.lines)
  const own = createMemo(() => (room().federated && servers().length > 1 && !isTold() ? ownNewest(lines() ?? [], live.me().fqid) : []), [], { equals: (left, right) => left[0]?.id === right[0]?.id && left.length === right.length })

  const seen = (): void => {
    setVisible(document.visibilityState === 'visible')
  }
  document.addEventListener('visibilitychange', seen)
  onCleanup(() => document.removeEventListener('visibilitychange', seen))

  createEffect(on(servers, () => setKnown(NOTHING_KNOWN)))
  createEffect(on([own, servers, visible, () => live.connection().phase, () => room().host_reachable], ([wanted, , isSeen, phase]) => {
    if (!isSeen || phase !== 'live') return
    let timer: ReturnType<typeof setTimeout> | undefined
    let over = false
    const ask = async (asked: number): Promise<void> => {
      const before = known()
      try {
        const after = await askAbout(before, wanted, readDelivery)
        if (over) return
        setKnown(after)
        again(asked + 1)
      } catch {
        // Nobody has asked for it: the next message, or the next start of the stream, asks again.
      }
    }
    const again = (asked: number): void => {
      if (wanted.some((line) => !isEverywhere(known(), line))) timer = setTimeout(() => void ask(asked), waitMs(asked))
    }
    again(0)
    onCleanup(() => {
      over = true
      clearTimeout(timer)
    })
  }))
  return (line) => (isTold() ? { has: servers(), lacks: [] } : arrivalOf(known(), line))
}
