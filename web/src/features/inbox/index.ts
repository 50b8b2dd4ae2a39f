import './style.css'

/** What waits for somebody, across rooms. */
export { Drafts } from './drafts'
export { Mentions } from './mentions'
export { Places } from './places'
export { Unreads } from './unreads'
