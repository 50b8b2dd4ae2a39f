import { createSignal, For, type JSX, Show } from 'solid-js'
import { type AffectedRoom, api, ask, askWithMeta, type Policy } from '../../api'
import { say } from '../../ui'
import { attempt } from '../failures'
import { Affected, leaveRooms } from './affected'
import { readPolicy, readRooms } from './facts'
import { Confirm, Part } from './part'
import { affectedBy, lines, newlyAffected } from './policy-model'
import { createReading } from './reading'
import { Simulator } from './simulator'
import { words } from './words'
import { policyWords } from './words/policy'

const MODES = ['open', 'invite_only', 'closed'] as const

/** A change that waits for a decision about rooms. `saved`: it is in force, and only these rooms are undecided. */
interface Decision {
  policy: Policy
  rooms: AffectedRoom[]
  saved: boolean
}

export function PolicyPage(): JSX.Element {
  const policy = createReading(() => undefined, readPolicy)
  const still = createReading(() => policy.data(), async (known) => (known ? affectedBy(known, await readRooms()) : undefined), { key: 'room_id' })
  const [decision, setDecision] = createSignal<Decision>()

  const put = async (wanted: Policy, decided: AffectedRoom[], leave: string[]): Promise<void> => {
    const { meta } = await askWithMeta(api.PUT('/v1/admin/federation/policy', { body: wanted }))
    const left = await leaveRooms(leave)
    say(left > 0 ? `${words().saved} ${policyWords().left(left)}` : words().saved)
    await policy.again()
    await still.again()
    const known = new Set([...decided, ...(still.data() ?? [])].map((room) => room.room_id))
    // What was shared meanwhile was in no dialog: the server has the last word on what is touched.
    const rooms = meta.affected_rooms.filter((room) => !room.left && !known.has(room.room_id))
    setDecision(rooms.length > 0 ? { policy: wanted, rooms, saved: true } : undefined)
  }
  const save = async (wanted: Policy): Promise<void> => {
    const before = policy.data()
    if (!before) return
    const rooms = newlyAffected(before, wanted, await readRooms())
    if (rooms.length > 0) setDecision({ policy: wanted, rooms, saved: false })
    else await put(wanted, [], [])
  }
  return (
    <>
      <Part title={policyWords().title} of={policy}>
        <Show when={policy.data()}>{(known) => <Fields policy={known()} onSave={(wanted) => void attempt(save(wanted))} />}</Show>
      </Part>
      <Show when={decision()}>
        {(open) => (
          <Affected
            rooms={open().rooms}
            saved={open().saved}
            onDecide={(leave) => (open().saved ? leaveRooms(leave).then(() => still.again()) : put(open().policy, open().rooms, leave))}
            onClose={() => setDecision(undefined)}
          />
        )}
      </Show>
      <Part title={policyWords().still} of={still}>
        <ul class="settings-list"><For each={still.data()} fallback={<li class="soft">{policyWords().stillNone}</li>}>{(room) => <StillLine room={room} onChange={() => void still.again()} />}</For></ul>
      </Part>
      <Simulator />
    </>
  )
}

function StillLine(props: { room: AffectedRoom; onChange: () => void }): JSX.Element {
  const [open, setOpen] = createSignal(false)
  const name = (): string => props.room.name ?? words().noName
  const leave = async (): Promise<void> => {
    await ask(api.POST('/v1/admin/federation/rooms/{room_id}/leave', { params: { path: { room_id: props.room.room_id } } }))
    props.onChange()
  }
  return (
    <li>
      <p class="grow"><bdi class="admin-strong">{name()}</bdi> <span class="soft small">{policyWords().hosted(props.room.host)} · {policyWords().notAdmitted(props.room.servers.join(', '))}</span></p>
      <button type="button" class="button button-danger" onClick={() => setOpen(true)}>{policyWords().leaveOne}</button>
      <Show when={open()}><Confirm title={policyWords().leaveSure(name())} action={policyWords().leaveOne} danger onConfirm={leave} onClose={() => setOpen(false)}><p>{policyWords().leaveText}</p></Confirm></Show>
    </li>
  )
}

function read(form: HTMLFormElement): Policy {
  const said = new FormData(form)
  const text = (name: string): string => String(said.get(name) ?? '')
  return {
    default_mode: text('mode'), auto_accept: text('accept'), allowed_peers: lines(text('allowed')), blocked_peers: lines(text('blocked')),
    max_foreign_participants_per_room: Number(text('most')), invites_per_peer_per_hour: Number(text('invites')), max_backfill_events_per_request: Number(text('backfill')),
  }
}

function Fields(props: { policy: Policy; onSave: (wanted: Policy) => void }): JSX.Element {
  const [changed, setChanged] = createSignal(false)
  const isNew = (form: HTMLFormElement): boolean => {
    const wanted = read(form)
    return (Object.keys(wanted) as (keyof Policy)[]).some((field) => JSON.stringify(wanted[field]) !== JSON.stringify(props.policy[field]))
  }
  return (
    <form class="form" onInput={(event) => setChanged(isNew(event.currentTarget))} onSubmit={(event) => {
      event.preventDefault()
      props.onSave(read(event.currentTarget))
      setChanged(false)
    }}>
      <div class="settings-row">
        <label class="field grow"><span>{policyWords().mode}</span>
          <select class="input" name="mode" value={props.policy.default_mode}><For each={MODES}>{(mode) => <option value={mode} selected={props.policy.default_mode === mode}>{policyWords()[mode]}</option>}</For></select>
        </label>
        <label class="field grow"><span>{policyWords().accept}</span>
          <select class="input" name="accept" value={props.policy.auto_accept}><option value="none">{policyWords().acceptNone}</option><option value="allowed_peers">{policyWords().acceptAllowed}</option><option value="all">{policyWords().acceptAll}</option></select>
        </label>
      </div>
      <div class="settings-row">
        <List name="allowed" label={policyWords().allowed} value={props.policy.allowed_peers} />
        <List name="blocked" label={policyWords().blocked} value={props.policy.blocked_peers} />
      </div>
      <div class="settings-row">
        <Limit name="most" label={policyWords().most} hint={policyWords().mostHint} value={props.policy.max_foreign_participants_per_room} />
        <Limit name="invites" label={policyWords().invites} hint={policyWords().invitesHint} value={props.policy.invites_per_peer_per_hour} />
        <Limit name="backfill" label={policyWords().backfill} hint={policyWords().backfillHint} value={props.policy.max_backfill_events_per_request} />
      </div>
      <div class="settings-row"><button type="submit" class="button button-main">{policyWords().save}</button><Show when={changed()}><p class="soft small" role="status">{policyWords().unsaved}</p></Show></div>
    </form>
  )
}

function List(props: { name: string; label: string; value: string[] }): JSX.Element {
  const hint = `policy-${props.name}-hint`
  return (
    <div class="field grow">
      <label for={`policy-${props.name}`}>{props.label}</label>
      <textarea class="input" id={`policy-${props.name}`} name={props.name} rows="4" dir="ltr" spellcheck={false} autocapitalize="none" aria-describedby={hint} value={props.value.join('\n')} />
      <small id={hint}>{policyWords().oneALine}</small>
    </div>
  )
}

function Limit(props: { name: string; label: string; hint: string; value: number }): JSX.Element {
  const hint = `policy-${props.name}-hint`
  return (
    <div class="field grow">
      <label for={`policy-${props.name}`}>{props.label}</label>
      <input class="input" id={`policy-${props.name}`} name={props.name} type="number" min="0" step="1" required aria-describedby={hint} value={props.value} />
      <small id={hint}>{props.hint}</small>
    </div>
  )
}
