import { createMemo, createSignal, For, type JSX, Show } from 'solid-js'
import { api, ask, type PeerDetail } from '../../api'
import { dates, say } from '../../ui'
import { compareWords } from './diagnosis'
import { Confirm } from './part'
import { peerWords } from './words/peers'

type Key = PeerDetail['pinned_keys'][number]

/** A key that nothing known vouches for: believed only after its words were read aloud by the other admin, and written here. */
export function AcceptKey(props: { server: string; pinned: Key[]; candidate: Key; since: string | null; onChange: () => void }): JSX.Element {
  const [open, setOpen] = createSignal(false)
  return (
    <div class="notice-bad" role="group" aria-label={peerWords().newKey}>
      <p class="admin-strong">{peerWords().newKey}</p>
      <p class="small">{peerWords().newKeyText}</p>
      <dl class="facts">
        <div class="fact"><dt>{peerWords().believed}</dt><dd><For each={props.pinned}>{(key) => <p><code>{key.key_id}</code> <span lang="en">{key.fingerprint_words}</span></p>}</For></dd></div>
        <div class="fact"><dt>{peerWords().shown}</dt><dd><code>{props.candidate.key_id}</code> <Show when={props.since}>{(since) => <span class="soft">({peerWords().newKeySince} {dates.moment(since())})</span>}</Show></dd></div>
      </dl>
      <div><button type="button" class="button" onClick={() => setOpen(true)}>{peerWords().accept}</button></div>
      <Show when={open()}><Compare server={props.server} shown={props.candidate.fingerprint_words} onDone={props.onChange} onClose={() => setOpen(false)} /></Show>
    </div>
  )
}

function Compare(props: { server: string; shown: string; onDone: () => void; onClose: () => void }): JSX.Element {
  const [said, setSaid] = createSignal('')
  const compared = createMemo(() => compareWords(props.shown, said()))
  const wrong = (): boolean => compared().words.some((word) => word.right === false) || (!compared().same && compared().words.every((word) => word.right))
  const accept = async (): Promise<void> => {
    await ask(api.POST('/v1/admin/federation/peers/{server_name}/accept-key', { params: { path: { server_name: props.server } } }))
    say(peerWords().accepted)
    props.onDone()
  }
  return (
    <Confirm title={peerWords().accept} action={peerWords().accept} refused={!compared().same} onConfirm={accept} onClose={props.onClose}>
      <p><bdi>{props.server}</bdi></p>
      <p class="small">{peerWords().newKeyText}</p>
      <label class="field"><span>{peerWords().said}</span><textarea class="input" rows="3" lang="en" autofocus spellcheck={false} autocapitalize="none" value={said()} onInput={(event) => setSaid(event.currentTarget.value)} /></label>
      {/* A word is shown only when it was said: whoever has not heard it cannot read it off here. */}
      <p class="compare" lang="en" aria-hidden="true"><For each={compared().words}>{(word) => <span classList={{ 'admin-good': word.right, 'admin-bad': word.right === false, soft: word.right === undefined }}>{word.right ? word.word : word.right === false ? '✗' : '·····'} </span>}</For></p>
      <p role="status" classList={{ 'admin-good': compared().same, 'admin-bad': wrong() }}>{compared().same ? peerWords().same : wrong() ? peerWords().differ : peerWords().notYet}</p>
    </Confirm>
  )
}
