import './style.css'

/** What waits for somebody, across rooms. */
export { Drafts } from './drafts'
export { markRead } from './mark-read'
export { Mentions } from './mentions'
export { leadsTo } from './model'
export { Places } from './places'
export { Unreads } from './unreads'
