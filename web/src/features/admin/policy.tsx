import { createResource, For, type JSX, Show } from 'solid-js'
import { api, ask, askWithMeta, Failure, type Policy } from '../../api'
import { attempt, say } from '../../ui'
import { words } from './words'

const MODES = ['open', 'invite_only', 'closed'] as const

function lines(text: FormDataEntryValue | null): string[] {
  return String(text ?? '').split('\n').map((line) => line.trim()).filter(Boolean)
}

export function PolicyEditor(): JSX.Element {
  const [policy, { mutate }] = createResource(() => ask(api.GET('/v1/admin/federation/policy')))
  const save = async (form: HTMLFormElement): Promise<void> => {
    const said = new FormData(form)
    const body = {
      default_mode: String(said.get('mode')),
      auto_accept: String(said.get('accept')),
      allowed_peers: lines(said.get('allowed')),
      blocked_peers: lines(said.get('blocked')),
      max_foreign_participants_per_room: Number(said.get('most')),
    }
    const { data, meta } = await askWithMeta(api.PUT('/v1/admin/federation/policy', { body }))
    mutate(data)
    const affected = meta.affected_rooms.map((room) => room.name ?? room.room_id)
    say(affected.length > 0 ? words().affected(affected.join(', ')) : words().saved, affected.length > 0)
  }
  return (
    <section class="settings-part" aria-labelledby="a-policy">
      <h2 id="a-policy">{words().policy}</h2>
      <Show when={policy.error}><p class="form-error" role="alert">{Failure.from(policy.error).message}</p></Show>
      <Show when={policy.error ? undefined : policy()}>{(known) => <Fields policy={known()} onSave={(form) => void attempt(save(form))} />}</Show>
    </section>
  )
}

function Fields(props: { policy: Policy; onSave: (form: HTMLFormElement) => void }): JSX.Element {
  return (
    <form class="form" onSubmit={(event) => {
      event.preventDefault()
      props.onSave(event.currentTarget)
    }}>
      <label class="field"><span>{words().mode}</span>
        <select class="input" name="mode" value={props.policy.default_mode}><For each={MODES}>{(mode) => <option value={mode}>{words()[mode]}</option>}</For></select>
      </label>
      <div class="settings-row">
        <label class="field grow"><span>{words().allowed}</span><textarea class="input" name="allowed" rows="3" spellcheck={false} value={props.policy.allowed_peers.join('\n')} /><small>{words().oneALine}</small></label>
        <label class="field grow"><span>{words().blocked}</span><textarea class="input" name="blocked" rows="3" spellcheck={false} value={props.policy.blocked_peers.join('\n')} /><small>{words().oneALine}</small></label>
      </div>
      <div class="settings-row">
        <label class="field grow"><span>{words().accept}</span>
          <select class="input" name="accept" value={props.policy.auto_accept}><option value="none">{words().acceptNone}</option><option value="allowed_peers">{words().acceptAllowed}</option><option value="all">{words().acceptAll}</option></select>
        </label>
        <label class="field grow"><span>{words().most}</span><input class="input" name="most" type="number" min="0" required value={props.policy.max_foreign_participants_per_room} /></label>
      </div>
      <div><button type="submit" class="button button-main">{words().save}</button></div>
    </form>
  )
}
