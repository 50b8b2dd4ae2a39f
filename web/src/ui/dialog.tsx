import X from 'lucide-solid/icons/x'
import { createUniqueId, type JSX, onMount } from 'solid-js'
import { Portal } from 'solid-js/web'
import { localized } from './locale'

const words = localized({ en: { close: 'Close' }, nl: { close: 'Sluiten' }, de: { close: 'Schließen' } })

/** A native modal dialog, open as long as it is there. Outside of what opened it, whose style is not its own. */
export function Dialog(props: { title: string; wide?: boolean; onClose: () => void; children: JSX.Element }): JSX.Element {
  const id = createUniqueId()
  let element: HTMLDialogElement | undefined
  onMount(() => queueMicrotask(() => element?.isConnected && element.showModal()))
  return (
    <Portal>
    <dialog
      ref={element}
      class="dialog"
      classList={{ 'dialog-wide': props.wide ?? false }}
      aria-labelledby={id}
      onClose={() => props.onClose()}
      onClick={(event) => {
        // Only a click beside it hits the element itself.
        if (event.target === element) element?.close()
      }}
    >
      <div class="dialog-inside">
        <header class="dialog-head">
          <h2 id={id}>{props.title}</h2>
          <button type="button" class="icon-button" aria-label={words().close} onClick={() => element?.close()}>
            <X size={18} aria-hidden="true" />
          </button>
        </header>
        {props.children}
      </div>
    </dialog>
    </Portal>
  )
}
