import { For, type JSX, Show } from 'solid-js'
import { api, ask, type DoctorStep } from '../../api'
import { Spinner } from '../../ui'
import { questionOf, Told } from '../told'
import { Trouble } from './part'
import { createReading } from './reading'
import { peerWords } from './words/peers'

/** The way to another server and back, step by step, with cause and cure. */
export function Doctor(props: { server: string }): JSX.Element {
  const report = createReading(() => props.server, (server_name) => ask(api.POST('/v1/admin/federation/check', { body: { server_name } })), { key: 'step' })
  return (
    <div class="doctor" role="group" aria-label={`${peerWords().way}: ${props.server}`}>
      <p class="admin-strong"><bdi>{props.server}</bdi></p>
      <Trouble failure={report.failure()} />
      <Show when={!report.loading()} fallback={<Spinner label={peerWords().checking} />}>
        <Show when={report.data()}>
          {(known) => (
            <>
              <Show when={known().ok}><p class="admin-good" role="status">{peerWords().wayOk}</p></Show>
              <ol><For each={known().steps}>{(step) => <Step step={step} />}</For></ol>
            </>
          )}
        </Show>
      </Show>
    </div>
  )
}

function Step(props: { step: DoctorStep }): JSX.Element {
  const said = (): string => ({ ok: peerWords().ok, failed: peerWords().failed })[props.step.status] ?? peerWords().skipped
  return (
    <li class="doctor-step" classList={{ 'doctor-failed': props.step.status === 'failed', soft: props.step.status === 'skipped' }}>
      <span class="doctor-mark" aria-hidden="true">{props.step.status === 'ok' ? '✓' : props.step.status === 'failed' ? '✗' : '–'}</span>
      <div class="grow">
        <p>{questionOf(props.step)} <span class="visually-hidden">{said()}</span></p>
        <p class="small"><Told text={props.step.found} /></p>
        <Show when={props.step.cause}>{(cause) => <p class="small"><strong>{peerWords().cause}:</strong> <Told text={cause()} /></p>}</Show>
        <Show when={props.step.fix}>{(fix) => <p class="small"><strong>{peerWords().fix}:</strong> <Told text={fix()} /></p>}</Show>
      </div>
    </li>
  )
}
