import './style.css'

export { Setup } from './view'
