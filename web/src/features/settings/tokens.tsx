import { createResource, createSignal, For, type JSX, Show } from 'solid-js'
import { api, ask } from '../../api'
import { useLive } from '../../sync'
import { dates, Dialog, say } from '../../ui'
import { attempt, reasonOf } from '../failures'
import { expiresAt, LIVES, type Life } from './model'
import { words } from './words'

/** Tokens with which programs act as the person; each is shown once. */
export function Tokens(): JSX.Element {
  const [tokens, { refetch }] = createResource(() => ask(api.GET('/v1/me/tokens')))
  const [making, setMaking] = createSignal(false)
  const revoke = async (token_id: string): Promise<void> => {
    await attempt(ask(api.DELETE('/v1/me/tokens/{token_id}', { params: { path: { token_id } } })))
    await refetch()
  }
  return (
    <section class="settings-part" aria-labelledby="s-tokens">
      <h2 id="s-tokens">{words().tokens}</h2>
      <p class="soft small">{words().tokensText}</p>
      <ul class="settings-list">
        <For each={tokens.error ? [] : tokens.latest} fallback={<li class="soft">{words().noTokens}</li>}>
          {(token) => (
            <li>
              <span class="grow"><bdi>{token.name}</bdi> <For each={token.scopes}>{(scope) => <span class="badge">{scope}</span>}</For>
                <p class="soft small">{[token.last_used_at ? words().lastUsed(dates.brief(token.last_used_at)) : words().neverUsed, token.expires_at ? words().ends(dates.moment(token.expires_at)) : words().neverEnds].join(' · ')}</p></span>
              <button type="button" class="button button-danger" aria-label={words().revokeNamed(token.name)} onClick={() => void revoke(token.id)}>{words().revoke}</button>
            </li>
          )}
        </For>
      </ul>
      <div><button type="button" class="button" onClick={() => setMaking(true)}>{words().newToken}</button></div>
      <Show when={making()}><NewToken onClose={() => {
        setMaking(false)
        void refetch()
      }} /></Show>
    </section>
  )
}

function NewToken(props: { onClose: () => void }): JSX.Element {
  const live = useLive()
  const [made, setMade] = createSignal<string>()
  const [failure, setFailure] = createSignal<string>()
  const make = async (form: HTMLFormElement): Promise<void> => {
    const said = new FormData(form)
    setFailure(undefined)
    try {
      const scopes = said.getAll('scope').map(String)
      const expires_at = expiresAt(String(said.get('life')) as Life, new Date())
      const { token } = await ask(api.POST('/v1/me/tokens', { body: { name: String(said.get('name')).trim(), scopes, ...(expires_at ? { expires_at } : {}) } }))
      setMade(token)
    } catch (error) {
      setFailure(reasonOf(error))
    }
  }
  const scopes = (): [string, string][] => [['read', words().scopeRead], ['write', words().scopeWrite], ...(live.me().role === 'admin' ? [['admin', words().scopeAdmin] as [string, string]] : [])]
  return (
    <Dialog title={words().newToken} onClose={props.onClose}>
      <Show when={made()} fallback={
        <form class="form" onSubmit={(event) => {
          event.preventDefault()
          void make(event.currentTarget)
        }}>
          <label class="field"><span>{words().tokenName}</span><input class="input" name="name" required maxlength={64} autofocus autocomplete="off" /></label>
          <fieldset class="scopes"><legend>{words().scopes}</legend><For each={scopes()}>{([scope, text]) => <label class="check"><input type="checkbox" name="scope" value={scope} checked={scope === 'read'} /><span>{text}</span></label>}</For></fieldset>
          <label class="field"><span>{words().life}</span><select class="input" name="life"><For each={LIVES}>{(life) => <option value={life}>{words()[life]}</option>}</For></select></label>
          <Show when={failure()}>{(why) => <p class="form-error" role="alert">{why()}</p>}</Show>
          <div class="form-actions"><button type="submit" class="button button-main">{words().makeToken}</button></div>
        </form>
      }>
        {(token) => (
          <div class="form">
            <p>{words().tokenOnce}</p>
            <p><code class="secret">{token()}</code></p>
            <div class="form-actions">
              <button type="button" class="button" onClick={() => void attempt(navigator.clipboard.writeText(token()).then(() => say(words().copied)))}>{words().copy}</button>
              <button type="button" class="button button-main" onClick={() => props.onClose()}>{words().kept}</button>
            </div>
          </div>
        )}
      </Show>
    </Dialog>
  )
}
