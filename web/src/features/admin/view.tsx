import { createResource, type JSX, Show } from 'solid-js'
import { api, ask } from '../../api'
import { useLive } from '../../sync'
import { Accounts } from './accounts'
import { Peers } from './peers'
import { PolicyEditor } from './policy'
import { Rejections } from './rejections'
import { words } from './words'

/** For who looks after a tenant; the server asks for the role again at every step. */
export function Admin(): JSX.Element {
  const live = useLive()
  return (
    <main class="page" id="main" tabindex="-1">
      <div class="page-inside">
        <h1>{words().title}</h1>
        <Show when={live.me().role === 'admin'} fallback={<p>{words().forAdmins}</p>}>
          <Identity />
          <Peers />
          <PolicyEditor />
          <Rejections />
          <Accounts />
        </Show>
      </div>
    </main>
  )
}

function Identity(): JSX.Element {
  const [identity] = createResource(() => ask(api.GET('/v1/admin/federation/identity')))
  return (
    <section class="settings-part" aria-labelledby="a-here">
      <h2 id="a-here">{words().here}</h2>
      <Show when={!identity.error && identity()}>
        {(known) => (
          <>
            <p><strong><bdi>{known().server_name}</bdi></strong> <code class="small">{known().key_id}</code></p>
            <p class="small"><span class="soft">{words().fingerprint}:</span> <span lang="en">{known().fingerprint_words}</span></p>
          </>
        )}
      </Show>
    </section>
  )
}
