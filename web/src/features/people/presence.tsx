import { type JSX, Show } from 'solid-js'
import { localized } from '../../ui'

const words = localized({
  en: { online: 'online', idle: 'away', busy: 'busy', offline: 'offline' },
  nl: { online: 'online', idle: 'afwezig', busy: 'bezet', offline: 'offline' },
  de: { online: 'online', idle: 'abwesend', busy: 'beschäftigt', offline: 'offline' },
})

/** A dot whose form differs too, so that it is no matter of colour alone. */
export function PresenceDot(props: { presence: string | undefined }): JSX.Element {
  const known = (): 'online' | 'idle' | 'busy' | undefined =>
    (['online', 'idle', 'busy'] as const).find((word) => word === props.presence)
  return (
    <Show when={known()}>
      {(word) => <span class={`presence presence-${word()}`} role="img" aria-label={words()[word()]} title={words()[word()]} />}
    </Show>
  )
}
