import CornerUpLeft from 'lucide-solid/icons/corner-up-left'
import Flag from 'lucide-solid/icons/flag'
import X from 'lucide-solid/icons/x'
import { createEffect, createMemo, createSignal, For, type JSX, on, Show } from 'solid-js'
import { api, ask, type Report, type RoomListItem } from '../../api'
import { quoteKey, useLive } from '../../sync'
import { dates, say, Spinner } from '../../ui'
import { attempt, reasonOf } from '../failures'
import { handle, PersonName } from '../people'
import { messageOf } from '../timeline'
import { categoryName } from './categories'
import { LISTED_MAX, withSettled } from './model'
import './style.css'
import { words } from './words'

/** What was reported in a room, for those who moderate it; the newest first. */
export function Reports(props: { room: RoomListItem; onShow: (event: string) => void; onClose: () => void }): JSX.Element {
  const live = useLive()
  const [reports, setReports] = createSignal<readonly Report[]>()
  const [failure, setFailure] = createSignal<string>()
  const [all, setAll] = createSignal(false)
  let asked = 0
  let list: HTMLDivElement | undefined

  const read = async (): Promise<void> => {
    asked += 1
    const mine = asked
    const params = { path: { room_id: props.room.id }, query: { state: all() ? 'all' : 'open', limit: LISTED_MAX } }
    try {
      const known = await ask(api.GET('/v1/rooms/{room_id}/reports', { params }))
      if (mine !== asked) return
      setReports(known)
      setFailure(undefined)
    } catch (error) {
      if (mine === asked) setFailure(reasonOf(error))
    }
  }
  /** The newest report that was told of while one looks. */
  const told = createMemo<string | undefined>((before) => {
    const alert = live.state().alert
    return alert?.reason === 'report' && alert.room_id === props.room.id ? alert.event_id : before
  })
  createEffect(on([all, told, () => live.state().resettled], () => void read()))

  const settle = async (report: Report): Promise<void> => {
    const params = { path: { room_id: props.room.id, report_id: report.id } }
    const work = async (): Promise<void> => {
      const settled = await ask(api.POST('/v1/rooms/{room_id}/reports/{report_id}/resolve', { params }))
      setReports((before) => withSettled(before ?? [], settled, all()))
    }
    if (!(await attempt(work()))) return
    say(words().settled)
    // The button that was pressed is gone.
    list?.focus()
  }
  return (
    <aside class="pane" aria-label={words().title} id="pane">
      <header class="pane-head">
        <h2 class="grow truncate">{words().title}</h2>
        <button type="button" class="icon-button" aria-label={words().close} onClick={() => props.onClose()}><X size={18} aria-hidden="true" /></button>
      </header>
      <div class="pane-scroll" ref={list} tabindex="0" role="group" aria-label={words().title}>
        <label class="check reports-all"><input type="checkbox" checked={all()} onChange={(event) => setAll(event.currentTarget.checked)} /><span>{words().all}</span></label>
        <Show when={failure()}>{(why) => <p class="form-error reports-failed" role="alert">{words().failed} {why()}</p>}</Show>
        <Show when={reports()} fallback={<Show when={!failure()}><div class="center"><Spinner label={words().loading} /></div></Show>}>
          {(known) => (
            <>
              <ol>
                <For each={known()} fallback={<li class="empty reports-none"><Flag size={30} aria-hidden="true" /><h3>{words().none}</h3><p>{words().noneText}</p></li>}>
                  {(report) => <Line report={report} onShow={() => props.onShow(report.event_id)} onSettle={() => void settle(report)} />}
                </For>
              </ol>
              <Show when={known().length >= LISTED_MAX}><p class="reports-more soft small">{words().newest(LISTED_MAX)}</p></Show>
            </>
          )}
        </Show>
      </div>
    </aside>
  )
}

function Line(props: { report: Report; onShow: () => void; onSettle: () => void }): JSX.Element {
  const live = useLive()
  const what = (): string => categoryName(props.report.category)
  const who = (): string => words().from(props.report.server)
  const settledBy = (): string | undefined => {
    const { resolved_by, resolved_at } = props.report
    return resolved_by && resolved_at ? words().settledBy(handle(resolved_by, live.me().server_name), dates.moment(resolved_at)) : undefined
  }
  return (
    <li class="report">
      <header class="report-head">
        <strong class="grow"><bdi>{what()}</bdi></strong>
        <time class="soft small" datetime={props.report.created_at} title={dates.moment(props.report.created_at)}>{dates.brief(props.report.created_at)}</time>
      </header>
      <p class="soft small"><bdi>{who()}</bdi></p>
      <Show when={props.report.text}>{(text) => <p class="report-text" dir="auto">{text()}</p>}</Show>
      <Reported room={props.report.room_id} id={props.report.event_id} />
      <div class="report-actions">
        <button type="button" class="button" onClick={() => props.onShow()}><CornerUpLeft size={15} aria-hidden="true" /> {words().go}</button>
        <Show when={settledBy()} fallback={<button type="button" class="button" aria-label={words().settleOf(what(), who())} onClick={() => props.onSettle()}>{words().settle}</button>}>
          {(by) => <small class="soft">{by()}</small>}
        </Show>
      </div>
    </li>
  )
}

/** The message that a report is about. */
function Reported(props: { room: string; id: string }): JSX.Element {
  const live = useLive()
  const line = createMemo(() => live.state().quoted[quoteKey(props.room, props.id)])
  createEffect(() => {
    if (line() === undefined && live.connection().phase === 'live') live.quote(props.room, props.id)
  })
  return (
    <blockquote class="report-quote">
      <Show when={line() !== null} fallback={<p class="soft">{words().gone}</p>}>
        <Show when={line()} fallback={<p class="soft">…</p>}>
          {(said) => <><PersonName name={said().sender.display_name} fqid={said().sender_id} strong /><p class="report-text" dir="auto">{said().redacted_at ? words().redacted : messageOf(said()).body}</p></>}
        </Show>
      </Show>
    </blockquote>
  )
}
