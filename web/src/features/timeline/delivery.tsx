import Check from 'lucide-solid/icons/check'
import Clock from 'lucide-solid/icons/clock'
import { createResource, For, type JSX, Match, Show, Switch } from 'solid-js'
import type { Delivery } from '../../api'
import type { Line } from '../../sync'
import { dates, Popover, ready, Spinner } from '../../ui'
import { reasonOf } from '../failures'
import { readDelivery } from './model'
import { words } from './words'

type Server = Delivery['servers'][number]

/** Which servers have a message: never which people. */
export function DeliveryDetails(props: { line: Line; anchor: HTMLElement; onClose: () => void }): JSX.Element {
  const [delivery] = createResource(() => readDelivery(props.line))
  const has = (): number => ready(delivery)?.servers.filter((server) => server.state === 'acknowledged').length ?? 0
  return (
    <Popover anchor={props.anchor} label={words().deliveryTitle} class="delivery" onClose={props.onClose}>
      <h2>{words().deliveryTitle}</h2>
      <Switch fallback={<Spinner label={words().delivered} />}>
        <Match when={delivery.error}><p class="soft small">{reasonOf(delivery.error)}</p></Match>
        <Match when={ready(delivery)}>
          {(known) => (
            <>
              <p class="soft small">{words().deliveredTo(has(), known().servers.length)}</p>
              <ul tabindex="0">
                <For each={known().servers}>{(server) => <ServerLine server={server} />}</For>
              </ul>
            </>
          )}
        </Match>
      </Switch>
    </Popover>
  )
}

function ServerLine(props: { server: Server }): JSX.Element {
  const said = (): string => {
    const { state, unreachable_since, waiting_since } = props.server
    if (state === 'acknowledged') return words().acknowledged
    if (unreachable_since) return words().unreachableSince(dates.time(unreachable_since))
    if (waiting_since) return words().waitingSince(dates.time(waiting_since))
    return state === 'stopped' ? words().stopped : words().unknown
  }
  return (
    <li class="delivery-line">
      <span aria-hidden="true"><Show when={props.server.state === 'acknowledged'} fallback={<Clock size={15} />}><Check size={15} /></Show></span>
      <span class="grow"><bdi>{props.server.server_name}</bdi><Show when={props.server.host}> <span class="soft small">({words().hostMark})</span></Show></span>
      <span class="soft small">{said()}</span>
    </li>
  )
}
