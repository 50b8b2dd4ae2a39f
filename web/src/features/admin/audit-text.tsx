import { type JSX, Show } from 'solid-js'
import type { AuditLine } from '../../api'
import { locale } from '../../ui'
import { actionName } from './audit-actions'

/** What happened: the server's sentence, which is English; before it what it is about, for who reads another language. */
export function AuditText(props: { line: Pick<AuditLine, 'action' | 'message'>; before?: JSX.Element }): JSX.Element {
  return (
    <Show when={locale() !== 'en'} fallback={<p>{props.before}{props.line.message}</p>}>
      <p>{props.before}{actionName(props.line.action)}</p>
      <p class="small" lang="en">{props.line.message}</p>
    </Show>
  )
}
