import { Route, type RoutePreloadFuncArgs, Router } from '@solidjs/router'
import type { JSX } from 'solid-js'
import { Drafts, Mentions, Unreads } from '../features/inbox'
import { Invitations } from '../features/invitations'
import { SearchPage } from '../features/search'
import { useLive } from '../sync'
import { part } from '../ui'
import { Frame } from './frame'
import { Home } from './home'
import { RoomPage } from './room'

/** Rarely opened, so not part of the first load. */
const SettingsPage = part(() => import('../features/settings').then((feature) => feature.Settings), true)

const AdminPage = part(() => import('../features/admin').then((feature) => feature.Admin), true)

export function Routes(props: { onSignOut: () => void }): JSX.Element {
  const live = useLive()
  /** Asked for before the room is drawn, not after: the answer comes meanwhile. What fails is told by the room. The first one waits for the stream. */
  const read = ({ params, intent }: RoutePreloadFuncArgs): void => {
    if ((intent === 'navigate' || intent === 'native') && params['room']) live.open(params['room']).catch(() => undefined)
  }
  return (
    <Router root={(inside) => <Frame onSignOut={props.onSignOut}>{inside.children}</Frame>}>
      <Route path="/" component={Home} />
      <Route path="/rooms/:room" component={RoomPage} preload={read} />
      <Route path="/unread" component={Unreads} />
      <Route path="/mentions" component={Mentions} />
      <Route path="/drafts" component={Drafts} />
      <Route path="/invitations" component={Invitations} />
      <Route path="/search" component={SearchPage} />
      <Route path="/preferences" component={() => <SettingsPage onSignOut={props.onSignOut} />} />
      <Route path="/admin/:part?/:name?" component={AdminPage} />
      <Route path="*" component={Home} />
    </Router>
  )
}
