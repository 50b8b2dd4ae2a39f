import CircleAlert from 'lucide-solid/icons/circle-alert'
import CircleCheck from 'lucide-solid/icons/circle-check'
import CircleDashed from 'lucide-solid/icons/circle-dashed'
import { createResource, For, type JSX, Match, Show, Switch } from 'solid-js'
import { api, ask, type DoctorReport } from '../../api'
import { Spinner } from '../../ui'
import { reasonOf } from '../failures'
import { questionOf, Told } from '../told'
import { words } from './words'

type Step = DoctorReport['steps'][number]

/** Whether others find the way to this server; with the cause and the cure of what is in the way. */
export function Check(props: { server: string; name: string; onDone: () => void }): JSX.Element {
  const [report, { refetch }] = createResource(() => ask(api.POST('/v1/admin/federation/check', { body: { server_name: props.server } })))
  return (
    <div class="form setup-form">
      <header class="sign-in-head"><h1>{words().welcome(props.name)}</h1></header>
      <section class="setup-check" aria-labelledby="setup-check">
        <h2 id="setup-check">{words().checkTitle}</h2>
        <p class="soft small"><bdi>{words().checkText(props.server)}</bdi></p>
        <Switch>
          <Match when={report.loading}><Spinner label={words().checking} /></Match>
          <Match when={report.error}><p class="form-error" role="alert">{words().failed} {reasonOf(report.error)}</p></Match>
          <Match when={report()}>
            {(known) => (
              <>
                <p role="status" class="setup-verdict" classList={{ 'setup-good': known().ok }}>{known().ok ? words().ok : words().notOk}</p>
                <ol class="setup-steps"><For each={known().steps}>{(step) => <StepLine step={step} />}</For></ol>
              </>
            )}
          </Match>
        </Switch>
      </section>
      <div class="form-actions">
        <button type="button" class="button" disabled={report.loading} onClick={() => void refetch()}>{words().checkAgain}</button>
        <button type="button" class="button button-main" onClick={() => props.onDone()}>{words().goOn}</button>
      </div>
    </div>
  )
}

function StepLine(props: { step: Step }): JSX.Element {
  const said = (): string => ({ ok: words().stepOk, failed: words().stepFailed }[props.step.status] ?? words().stepSkipped)
  return (
    <li class={`setup-step setup-step-${props.step.status}`}>
      <span role="img" aria-label={said()} title={said()}>
        <Switch fallback={<CircleDashed size={17} aria-hidden="true" />}>
          <Match when={props.step.status === 'ok'}><CircleCheck size={17} aria-hidden="true" /></Match>
          <Match when={props.step.status === 'failed'}><CircleAlert size={17} aria-hidden="true" /></Match>
        </Switch>
      </span>
      <div class="grow">
        <p>{questionOf(props.step)}</p>
        <Show when={props.step.status !== 'skipped'}><p class="soft small"><bdi><Told text={props.step.found} /></bdi></p></Show>
        <Show when={props.step.cause}>{(cause) => <p class="small"><strong>{words().cause}:</strong> <Told text={cause()} /></p>}</Show>
        <Show when={props.step.fix}>{(fix) => <p class="small"><strong>{words().fix}:</strong> <Told text={fix()} /></p>}</Show>
      </div>
    </li>
  )
}
