import { useNavigate } from '@solidjs/router'
import { attempt } from '../features/failures'
import { markRead } from '../features/inbox'
import type { PaletteCommand, RoomDialog } from '../features/rooms'
import { useLive } from '../sync'
import { chooseTheme } from '../ui'
import { words } from './words'

/** What can be done from anywhere, by its name. */
export function usePalette(on: { onDialog: (dialog: RoomDialog | 'shortcuts') => void; onSignOut: () => void }): () => PaletteCommand[] {
  const live = useLive()
  const navigate = useNavigate()
  const readAll = async (): Promise<void> => {
    const waiting = Object.values(live.state().rooms ?? {}).filter((room) => room.membership === 'join' && room.unread_count + room.mention_count > 0)
    await markRead(live, waiting)
  }
  const go = (path: string) => () => navigate(path)
  return () => [
    { name: words().doCreate, run: () => on.onDialog('create') },
    { name: words().doMessage, run: () => on.onDialog('message') },
    { name: words().doBrowse, run: () => on.onDialog('browse') },
    { name: words().search, keys: words().keysSearch, run: go('/search') },
    { name: words().doUnread, run: go('/unread') },
    { name: words().doMentions, keys: words().keysMentions, run: go('/mentions') },
    { name: words().doDrafts, run: go('/drafts') },
    { name: words().doInvitations, run: go('/invitations') },
    { name: words().doReadAll, run: () => void attempt(readAll()) },
    { name: words().preferences, run: go('/preferences') },
    ...(live.me().role === 'admin' ? [{ name: words().manage, run: go('/admin') }] : []),
    { name: words().doLight, run: () => chooseTheme('light') },
    { name: words().doDark, run: () => chooseTheme('dark') },
    { name: words().doSystem, run: () => chooseTheme('system') },
    { name: words().shortcuts, keys: words().keysHelp, run: () => on.onDialog('shortcuts') },
    { name: words().signOut, run: on.onSignOut },
  ]
}
