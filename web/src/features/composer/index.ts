import './style.css'

export { useDraftSync } from './draft-sync'
export { drafts } from './drafts'
export { Composer } from './view'
