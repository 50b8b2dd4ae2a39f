import { createResource, createSignal, For, type JSX, lazy, Match, Show, Suspense, Switch } from 'solid-js'
import { api, ask } from '../../api'
import { Dialog, say, Spinner } from '../../ui'
import { attempt, reasonOf } from '../failures'
import { words } from './words'

/** With the code that draws it: wanted once in a while. */
const Qr = lazy(() => import('./qr'))

interface Enrolment {
  secret: string
  uri: string
}

type Step = { at: 'password'; for: 'begin' | 'end' } | { at: 'scan'; enrolment: Enrolment } | { at: 'codes'; codes: readonly string[] }

/** A second factor: codes of an app, and ten for whoever loses it. */
export function Totp(): JSX.Element {
  const [factor, { refetch }] = createResource(() => ask(api.GET('/v1/me/totp')))
  const [step, setStep] = createSignal<Step>()
  const known = (): { enabled: boolean; recovery_codes_left: number } | undefined => (factor.error ? undefined : factor.latest)
  const close = (): void => {
    setStep(undefined)
    void refetch()
  }
  return (
    <div class="settings-sub">
      <h3>{words().totp}</h3>
      <Show when={known()}>
        {(is) => (
          <div class="settings-row">
            <p class="grow small">{is().enabled ? words().totpOn(is().recovery_codes_left) : words().totpOff}</p>
            <button type="button" class="button" classList={{ 'button-danger': is().enabled }} onClick={() => setStep({ at: 'password', for: is().enabled ? 'end' : 'begin' })}>{is().enabled ? words().totpEnd : words().totpBegin}</button>
          </div>
        )}
      </Show>
      <Show when={step()}>{(now) => <Steps step={now()} onStep={setStep} onClose={close} />}</Show>
    </div>
  )
}

function Steps(props: { step: Step; onStep: (step: Step) => void; onClose: () => void }): JSX.Element {
  const [failure, setFailure] = createSignal<string>()
  const work = async (form: HTMLFormElement, what: (said: string) => Promise<void>): Promise<void> => {
    setFailure(undefined)
    try {
      await what(String(new FormData(form).get('said') ?? ''))
    } catch (error) {
      setFailure(reasonOf(error))
    }
  }
  const prove = async (password: string): Promise<void> => {
    if (props.step.at === 'password' && props.step.for === 'end') {
      await ask(api.POST('/v1/me/totp/disable', { body: { password } }))
      say(words().totpEnded)
      props.onClose()
    } else {
      props.onStep({ at: 'scan', enrolment: await ask(api.POST('/v1/me/totp', { body: { password } })) })
    }
  }
  const confirm = async (code: string): Promise<void> => {
    const { recovery_codes } = await ask(api.POST('/v1/me/totp/confirm', { body: { code: code.replaceAll(' ', '') } }))
    props.onStep({ at: 'codes', codes: recovery_codes })
  }
  const scan = (): Enrolment | undefined => (props.step.at === 'scan' ? props.step.enrolment : undefined)
  const codes = (): readonly string[] | undefined => (props.step.at === 'codes' ? props.step.codes : undefined)
  const wrong = (): JSX.Element => <Show when={failure()}>{(why) => <p class="form-error" role="alert">{why()}</p>}</Show>
  return (
    <Dialog title={words().totp} onClose={props.onClose}>
      <Switch>
        <Match when={props.step.at === 'password'}>
          <form class="form" onSubmit={(event) => {
            event.preventDefault()
            void work(event.currentTarget, prove)
          }}>
            <label class="field"><span>{words().oldPassword}</span><input class="input" type="password" name="said" autocomplete="current-password" required autofocus /></label>
            {wrong()}
            <div class="form-actions"><button type="submit" class="button button-main">{words().goOn}</button></div>
          </form>
        </Match>
        <Match when={scan()}>
          {(enrolment) => (
            <form class="form" onSubmit={(event) => {
              event.preventDefault()
              void work(event.currentTarget, confirm)
            }}>
              <p>{words().scan}</p>
              <Suspense fallback={<Spinner label={words().qr} />}><Qr text={enrolment().uri} /></Suspense>
              <p class="small"><span class="soft">{words().orType}</span><br /><code class="secret">{enrolment().secret.match(/.{1,4}/g)?.join(' ')}</code></p>
              <label class="field"><span>{words().firstCode}</span><input class="input" name="said" autocomplete="one-time-code" inputmode="numeric" required autofocus /></label>
              {wrong()}
              <div class="form-actions"><button type="submit" class="button button-main">{words().totpBegin}</button></div>
            </form>
          )}
        </Match>
        <Match when={codes()}>
          {(list) => (
            <div class="form">
              <p>{words().recovery}</p>
              <ol class="recovery"><For each={list()}>{(code) => <li><code>{code}</code></li>}</For></ol>
              <div class="form-actions">
                <button type="button" class="button" onClick={() => void attempt(navigator.clipboard.writeText(list().join('\n')).then(() => say(words().copied)))}>{words().copy}</button>
                <button type="button" class="button button-main" onClick={() => props.onClose()}>{words().kept}</button>
              </div>
            </div>
          )}
        </Match>
      </Switch>
    </Dialog>
  )
}
