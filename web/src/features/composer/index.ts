import './style.css'

export { useDraftSync } from './draft-sync'
export { drafts, type ListedDraft } from './drafts'
export { Composer } from './view'
