import './style.css'

export type { SetupState } from './model'
export { Setup } from './view'
