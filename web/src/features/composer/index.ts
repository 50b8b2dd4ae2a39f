import './style.css'

export { drafts } from './drafts'
export { Composer } from './view'
