import { createResource, createSignal, For, type JSX, Show } from 'solid-js'
import { api, ask, askOpenly, type AuthConfig } from '../../api'
import { dates, Dialog } from '../../ui'
import { reasonOf } from '../failures'
import { words } from './words'

type Wish = { kind: 'link' } | { kind: 'unlink'; id: string }

/** By which accounts at the identity provider one logs in; only where there is one. */
export function Identities(): JSX.Element {
  const [config] = createResource(() => askOpenly<AuthConfig>('/v1/auth/config'))
  const [identities, { refetch }] = createResource(() => ask(api.GET('/v1/me/identities')))
  const [wish, setWish] = createSignal<Wish>()
  const provider = (): string | undefined => (config.error ? undefined : config()?.oidc?.name)
  return (
    <Show when={provider()}>
      {(name) => (
        <div class="settings-sub">
          <h3>{words().identities}</h3>
          <ul class="settings-list">
            <For each={identities.error ? [] : identities.latest} fallback={<li class="soft">{words().noIdentities}</li>}>
              {(identity) => (
                <li>
                  <span class="grow"><bdi>{identity.email ?? identity.subject}</bdi><p class="soft small"><bdi>{identity.issuer}</bdi><Show when={identity.last_used_at}>{(when) => <> · {words().lastUsed(dates.brief(when()))}</>}</Show></p></span>
                  <button type="button" class="button button-danger" onClick={() => setWish({ kind: 'unlink', id: identity.id })}>{words().unlink}</button>
                </li>
              )}
            </For>
          </ul>
          <div><button type="button" class="button" onClick={() => setWish({ kind: 'link' })}><bdi>{words().link(name())}</bdi></button></div>
          <Show when={wish()}>{(wanted) => <Prove wish={wanted()} onClose={() => {
            setWish(undefined)
            void refetch()
          }} />}</Show>
        </div>
      )}
    </Show>
  )
}

/** Whoever changes how one logs in shows that it is them. */
function Prove(props: { wish: Wish; onClose: () => void }): JSX.Element {
  const [failure, setFailure] = createSignal<string>()
  const go = async (password: string): Promise<void> => {
    setFailure(undefined)
    try {
      if (props.wish.kind === 'link') {
        const { url } = await ask(api.POST('/v1/me/identities', { body: { password, return_to: '/preferences' } }))
        location.assign(url)
      } else {
        await ask(api.POST('/v1/me/identities/{identity_id}/unlink', { params: { path: { identity_id: props.wish.id } }, body: { password } }))
        props.onClose()
      }
    } catch (error) {
      setFailure(reasonOf(error))
    }
  }
  return (
    <Dialog title={words().identities} onClose={props.onClose}>
      <form class="form" onSubmit={(event) => {
        event.preventDefault()
        void go(String(new FormData(event.currentTarget).get('said') ?? ''))
      }}>
        <label class="field"><span>{words().oldPassword}</span><input class="input" type="password" name="said" autocomplete="current-password" required autofocus /></label>
        <Show when={failure()}>{(why) => <p class="form-error" role="alert">{why()}</p>}</Show>
        <div class="form-actions"><button type="submit" class="button button-main">{words().goOn}</button></div>
      </form>
    </Dialog>
  )
}
