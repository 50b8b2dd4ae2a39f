import { createResource, createSignal, For, type JSX, Show } from 'solid-js'
import { api, ask, type NewPreferences } from '../../api'
import { useLive } from '../../sync'
import { chooseLocale, chooseTheme, dates, type Locale, locale, LOCALE_NAMES, LOCALES, say, type Theme, theme, THEMES } from '../../ui'
import { attempt, reasonOf } from '../failures'
import { deviceName } from './model'
import { Identities } from './identities'
import { Tokens } from './tokens'
import { Totp } from './totp'
import { words } from './words'

const PRESENCES = ['online', 'idle', 'busy', 'appear_offline'] as const
const MODES = ['all', 'mentions', 'none'] as const

export function Settings(props: { onSignOut: () => void }): JSX.Element {
  return (
    <main class="page" id="main" tabindex="-1">
      <div class="page-inside settings">
        <h1>{words().title}</h1>
        <Profile />
        <Look />
        <Hearing />
        <Security onSignOut={props.onSignOut} />
        <Tokens />
        <Blocks />
      </div>
    </main>
  )
}

async function done(work: Promise<unknown>): Promise<void> {
  if (await attempt(work)) say(words().saved)
}

function Profile(): JSX.Element {
  const live = useLive()
  const save = async (display_name: string): Promise<void> => {
    await ask(api.PUT('/v1/me', { body: { display_name } }))
    await live.refresh('me')
  }
  const show = async (presence: string): Promise<void> => {
    await ask(api.PUT('/v1/me/presence', { body: { presence: presence === '' ? null : presence } }))
    await live.refresh('me')
  }
  return (
    <section class="settings-part" aria-labelledby="s-profile">
      <h2 id="s-profile">{words().profile}</h2>
      <form class="settings-row" onSubmit={(event) => {
        event.preventDefault()
        void done(save(String(new FormData(event.currentTarget).get('name') ?? '').trim()))
      }}>
        <label class="field grow"><span>{words().displayName}</span><input class="input" name="name" required maxlength={100} value={live.me().display_name} /></label>
        <button type="submit" class="button">{words().save}</button>
      </form>
      <p class="small"><span class="soft">{words().fullName}:</span> <bdi><code>{live.me().fqid}</code></bdi></p>
      <label class="field"><span>{words().status}</span>
        <select class="input" value={live.me().presence ?? ''} onChange={(event) => void done(show(event.currentTarget.value))}>
          <option value="">{words().automatic}</option>
          <For each={PRESENCES}>{(presence) => <option value={presence}>{words()[presence]}</option>}</For>
        </select>
      </label>
    </section>
  )
}

function Look(): JSX.Element {
  return (
    <section class="settings-part" aria-labelledby="s-look">
      <h2 id="s-look">{words().look}</h2>
      <div class="settings-row">
        <label class="field grow"><span>{words().theme}</span>
          <select class="input" value={theme()} onChange={(event) => chooseTheme(event.currentTarget.value as Theme)}><For each={THEMES}>{(one) => <option value={one}>{words()[one]}</option>}</For></select>
        </label>
        <label class="field grow"><span>{words().language}</span>
          <select class="input" value={locale()} onChange={(event) => chooseLocale(event.currentTarget.value as Locale)}><For each={LOCALES}>{(one) => <option value={one} lang={one}>{LOCALE_NAMES[one]}</option>}</For></select>
        </label>
      </div>
    </section>
  )
}

function Hearing(): JSX.Element {
  const live = useLive()
  const put = async (change: Partial<NewPreferences>): Promise<void> => {
    await ask(api.PUT('/v1/me/preferences', { body: change as NewPreferences }))
    await live.refresh('me')
  }
  const quiet = (): { from: string; to: string } | undefined => live.preferences().quiet_hours ?? undefined
  const putQuiet = (from: string, to: string): Promise<void> => put({ quiet_hours: { from, to, time_zone: Intl.DateTimeFormat().resolvedOptions().timeZone } })
  return (
    <section class="settings-part" aria-labelledby="s-notify">
      <h2 id="s-notify">{words().notify}</h2>
      <label class="field"><span>{words().hear}</span>
        <select class="input" value={live.preferences().notification_mode} onChange={(event) => void done(put({ notification_mode: event.currentTarget.value }))}><For each={MODES}>{(mode) => <option value={mode}>{words()[mode]}</option>}</For></select>
      </label>
      <label class="field"><span>{words().keywords}</span>
        <textarea class="input" rows="3" value={live.preferences().keywords.join('\n')} onChange={(event) => void done(put({ keywords: event.currentTarget.value.split('\n').map((word) => word.trim()).filter(Boolean) }))} />
        <small>{words().keywordsHint}</small>
      </label>
      <label class="check"><input type="checkbox" checked={quiet() !== undefined} onChange={(event) => void done(event.currentTarget.checked ? putQuiet('22:00', '07:00') : put({ quiet_hours: null }))} /><span>{words().quiet}</span></label>
      <Show when={quiet()}>
        {(hours) => (
          <div class="settings-row">
            <label class="field grow"><span>{words().from}</span><input class="input" type="time" required value={hours().from} onChange={(event) => void done(putQuiet(event.currentTarget.value, hours().to))} /></label>
            <label class="field grow"><span>{words().to}</span><input class="input" type="time" required value={hours().to} onChange={(event) => void done(putQuiet(hours().from, event.currentTarget.value))} /></label>
          </div>
        )}
      </Show>
    </section>
  )
}

function Security(props: { onSignOut: () => void }): JSX.Element {
  const [sessions, { refetch }] = createResource(() => ask(api.GET('/v1/me/sessions')))
  const [failure, setFailure] = createSignal<string>()
  const end = async (work: Promise<unknown>): Promise<void> => {
    await attempt(work)
    await refetch()
  }
  const change = async (form: HTMLFormElement): Promise<void> => {
    const said = new FormData(form)
    setFailure(undefined)
    try {
      await ask(api.POST('/v1/me/password', { body: { current: String(said.get('old')), new: String(said.get('new')) } }))
      form.reset()
      say(words().changed)
    } catch (error) {
      setFailure(reasonOf(error))
    }
  }
  return (
    <section class="settings-part" aria-labelledby="s-security">
      <h2 id="s-security">{words().security}</h2>
      <h3>{words().sessions}</h3>
      <ul class="settings-list">
        <For each={sessions.error ? [] : sessions()}>
          {(session) => (
            <li>
              <span class="grow"><bdi>{deviceName(session.user_agent) ?? words().unknownDevice}</bdi><Show when={session.current}> <span class="badge">{words().current}</span></Show>
                <p class="soft small">{[session.address, words().lastUsed(dates.brief(session.last_used_at))].filter(Boolean).join(' · ')}</p></span>
              <Show when={!session.current} fallback={<button type="button" class="button" onClick={() => props.onSignOut()}>{words().signOut}</button>}>
                <button type="button" class="button" onClick={() => void end(ask(api.DELETE('/v1/me/sessions/{session_id}', { params: { path: { session_id: session.id } } })))}>{words().end}</button>
              </Show>
            </li>
          )}
        </For>
      </ul>
      <Show when={(sessions.error ? 0 : (sessions()?.length ?? 0)) > 1}><div><button type="button" class="button button-danger" onClick={() => void end(ask(api.DELETE('/v1/me/sessions')))}>{words().endOthers}</button></div></Show>
      <form class="form" onSubmit={(event) => {
        event.preventDefault()
        void change(event.currentTarget)
      }}>
        <label class="field"><span>{words().oldPassword}</span><input class="input" type="password" name="old" autocomplete="current-password" required /></label>
        <label class="field"><span>{words().newPassword}</span><input class="input" type="password" name="new" autocomplete="new-password" minlength={8} required /><small>{words().newHint}</small></label>
        <Show when={failure()}>{(why) => <p class="form-error" role="alert">{why()}</p>}</Show>
        <div><button type="submit" class="button">{words().change}</button></div>
      </form>
      <Totp />
      <Identities />
    </section>
  )
}

function Blocks(): JSX.Element {
  const [blocks, { refetch }] = createResource(() => ask(api.GET('/v1/me/blocks')))
  const lift = async (query: { fqid: string } | { server: string }): Promise<void> => {
    await attempt(ask(api.DELETE('/v1/me/blocks', { params: { query } })))
    await refetch()
  }
  return (
    <section class="settings-part" aria-labelledby="s-blocks">
      <h2 id="s-blocks">{words().blocks}</h2>
      <ul class="settings-list">
        <For each={blocks.error ? [] : blocks()} fallback={<li class="soft">{words().noBlocks}</li>}>
          {(block) => (
            <li>
              <bdi class="grow truncate">{block.fqid ?? words().everybodyOf(block.server ?? '')}</bdi>
              <button type="button" class="button" onClick={() => void lift(block.fqid ? { fqid: block.fqid } : { server: block.server ?? '' })}>{words().unblock}</button>
            </li>
          )}
        </For>
      </ul>
    </section>
  )
}
