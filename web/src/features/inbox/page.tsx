import { type JSX, Show } from 'solid-js'

/** A page of lines, or one that says why there are none. */
export function Page(props: { title: string; act?: JSX.Element; isEmpty: boolean; icon: JSX.Element; none: string; noneText: string; children: JSX.Element }): JSX.Element {
  return (
    <main class="page" id="main" tabindex="-1">
      <div class="page-inside">
        <div class="inbox-head"><h1 class="grow">{props.title}</h1><Show when={!props.isEmpty}>{props.act}</Show></div>
        <Show when={!props.isEmpty} fallback={<div class="empty inbox-none">{props.icon}<h2>{props.none}</h2><p>{props.noneText}</p></div>}>{props.children}</Show>
      </div>
    </main>
  )
}
