import { createSignal, For, type JSX, Show } from 'solid-js'
import { api, askWithMeta, ask, type DeadLetter, type Explanation } from '../../api'
import { dates, say } from '../../ui'
import { attempt, reason } from '../failures'
import { Told } from '../told'
import { Confirm, Part } from './part'
import { createPages } from './pages'
import { words } from './words'
import { peerWords } from './words/peers'

/** What a peer has rejected for good: seen, sent once more, or forgotten. */
export function Letters(props: { peer: string; onChange: () => void }): JSX.Element {
  const letters = createPages(() => props.peer, (peer, before) => askWithMeta(api.GET('/v1/admin/federation/dead-letters', { params: { query: { peer, limit: 50, ...(before ? { before } : {}) } } })))
  const change = (): void => {
    void letters.again()
    props.onChange()
  }
  return (
    <Part title={peerWords().lettersTitle} hint={peerWords().lettersHint} of={letters}>
      <ul class="settings-list"><For each={letters.data()} fallback={<li class="soft">{peerWords().noLetters}</li>}>{(letter) => <Line letter={letter} onChange={change} />}</For></ul>
      <Show when={letters.more()}><div><button type="button" class="button" onClick={() => void letters.older()}>{words().older}</button></div></Show>
    </Part>
  )
}

function Line(props: { letter: DeadLetter; onChange: () => void }): JSX.Element {
  const [dropping, setDropping] = createSignal(false)
  const params = { path: { line_id: props.letter.id } }
  const kind = (): string => {
    const known = (['submit', 'invite', 'removed', 'entries'] as const).find((one) => one === props.letter.kind)
    return known ? peerWords()[`kind_${known}`] : props.letter.kind
  }
  const retry = async (): Promise<void> => {
    if (await attempt(ask(api.POST('/v1/admin/federation/dead-letters/{line_id}/retry', { params })))) say(peerWords().letterRetried)
    props.onChange()
  }
  const drop = async (): Promise<void> => {
    await ask(api.POST('/v1/admin/federation/dead-letters/{line_id}/drop', { params }))
    say(peerWords().letterDropped)
    props.onChange()
  }
  return (
    <li class="peer">
      <div class="grow">
        <p><strong>{kind()}</strong> · <bdi>{props.letter.room_name ?? words().noName}</bdi> <span class="soft small">{dates.brief(props.letter.created_at)}</span></p>
        <p class="small"><code>{props.letter.code}</code> {reason(props.letter)}</p>
        <details class="small"><summary>{peerWords().why}</summary><Explained of={props.letter.explanation} /></details>
      </div>
      <div class="peer-actions">
        <button type="button" class="button" onClick={() => void retry()}>{peerWords().letterRetry}</button>
        <button type="button" class="button button-danger" onClick={() => setDropping(true)}>{peerWords().letterDrop}</button>
      </div>
      <Show when={dropping()}><Confirm title={peerWords().dropOne} action={peerWords().letterDrop} danger onConfirm={drop} onClose={() => setDropping(false)}><p>{peerWords().dropOneText}</p></Confirm></Show>
    </li>
  )
}

/** A refusal in plain words. */
export function Explained(props: { of: Explanation }): JSX.Element {
  return (
    <div class="explained">
      <p><Told text={props.of.meaning} /></p>
      <Show when={props.of.causes.length > 0}><ul><For each={props.of.causes}>{(cause) => <li><Told text={cause} /></li>}</For></ul></Show>
      <Show when={props.of.remedies.length > 0}><p class="admin-strong">{peerWords().remedy}</p><ul><For each={props.of.remedies}>{(remedy) => <li><Told text={remedy} /></li>}</For></ul></Show>
    </div>
  )
}
