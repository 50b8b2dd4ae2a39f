import type { JSX } from 'solid-js'
import { useLive } from '../sync'
import { words } from './words'

export function Home(): JSX.Element {
  const live = useLive()
  return (
    <main class="center page-empty" id="main" tabindex="-1">
      <div class="empty">
        <img src="/favicon.svg" alt="" width="56" height="56" />
        <h1>{words().welcome(live.me().display_name)}</h1>
        <p>{words().welcomeText}</p>
      </div>
    </main>
  )
}
