import { createSignal, createUniqueId, type JSX, Show } from 'solid-js'
import { Failure } from '../../api'
import { Dialog, say } from '../../ui'
import { reason } from '../failures'
import type { Reading } from './reading'
import { words } from './words'

/** A headed part of a page. What is not there yet says so, what failed says why. */
export function Part(props: { title: string; hint?: string; of?: Reading<unknown>; children: JSX.Element }): JSX.Element {
  const id = createUniqueId()
  return (
    <section class="settings-part" aria-labelledby={id}>
      <div>
        <h2 id={id}>{props.title}</h2>
        <Show when={props.hint}><p class="soft small">{props.hint}</p></Show>
      </div>
      <Trouble failure={props.of?.failure()} />
      <Show when={!props.of || props.of.data() !== undefined} fallback={<Show when={props.of?.loading()}><p class="soft" role="status">{words().loading}</p></Show>}>{props.children}</Show>
    </section>
  )
}

export function Trouble(props: { failure: Failure | undefined }): JSX.Element {
  return <Show when={props.failure}>{(failure) => <p class="form-error" role="alert">{reason(failure())}</p>}</Show>
}

/** Asks before something is done that others feel. Stays open, with the reason, when it failed. */
export function Confirm(props: { title: string; action: string; danger?: boolean; refused?: boolean; onConfirm: () => Promise<unknown>; onClose: () => void; children: JSX.Element }): JSX.Element {
  const [busy, setBusy] = createSignal(false)
  const [failure, setFailure] = createSignal<Failure>()
  const go = async (): Promise<void> => {
    setBusy(true)
    setFailure(undefined)
    try {
      await props.onConfirm()
      props.onClose()
    } catch (error) {
      setFailure(Failure.from(error))
    }
    setBusy(false)
  }
  return (
    <Dialog title={props.title} wide onClose={() => props.onClose()}>
      <form class="form" onSubmit={(event) => {
        event.preventDefault()
        void go()
      }}>
        {props.children}
        <Trouble failure={failure()} />
        <div class="form-actions">
          <button type="button" class="button" onClick={() => props.onClose()}>{words().cancel}</button>
          <button type="submit" class="button" classList={{ 'button-danger': props.danger ?? false, 'button-main': !props.danger }} disabled={busy() || (props.refused ?? false)}>{props.action}</button>
        </div>
      </form>
    </Dialog>
  )
}

/** A button of a line. What cannot be done now is greyed, with its cause on hover, for screen readers, and when it is pressed. */
export function Act(props: { danger?: boolean; refused: string | undefined; onAct: () => void; children: JSX.Element }): JSX.Element {
  const id = createUniqueId()
  return (
    <>
      <button
        type="button" class="button" classList={{ 'button-danger': props.danger ?? false }} title={props.refused}
        aria-disabled={props.refused ? true : undefined} aria-describedby={props.refused ? id : undefined}
        onClick={() => (props.refused ? say(props.refused) : props.onAct())}
      >{props.children}</button>
      <Show when={props.refused}>{(why) => <span id={id} hidden>{why()}</span>}</Show>
    </>
  )
}

/** A term and what there is to say about it; nothing when there is nothing. */
export function Fact(props: { term: string; children: JSX.Element }): JSX.Element {
  return <div class="fact"><dt>{props.term}</dt><dd>{props.children}</dd></div>
}
