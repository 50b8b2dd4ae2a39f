import { For, type JSX, Show } from 'solid-js'
import { api, ask } from '../../api'
import { say } from '../../ui'
import { readRooms } from './facts'
import { Confirm, Trouble } from './part'
import { createReading } from './reading'
import { words } from './words'
import { peerWords } from './words/peers'

/** Blocking leaves rooms at once, so it says which before it is done. */
export function Block(props: { server: string; onClose: () => void }): JSX.Element {
  const rooms = createReading(() => undefined, async () => (await readRooms()).filter((room) => room.local_people > 0 && room.servers.includes(props.server)))
  const block = async (): Promise<void> => {
    await ask(api.POST('/v1/admin/federation/peers/{server_name}/block', { params: { path: { server_name: props.server } } }))
    say(words().saved)
  }
  return (
    <Confirm title={peerWords().blockTitle(props.server)} action={peerWords().block} danger refused={!rooms.data()} onConfirm={block} onClose={props.onClose}>
      <Trouble failure={rooms.failure()} />
      <Show when={rooms.data()}>
        {(known) => (
          <Show when={known().length > 0} fallback={<p>{peerWords().blockNone}</p>}>
            <p>{peerWords().blockText}</p>
            <ul class="plain-list"><For each={known()}>{(room) => <li><bdi>{room.name ?? words().noName}</bdi> <span class="soft small"><bdi>{room.host}</bdi></span></li>}</For></ul>
          </Show>
        )}
      </Show>
    </Confirm>
  )
}
