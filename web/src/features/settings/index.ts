import './style.css'

export { Settings } from './view'
