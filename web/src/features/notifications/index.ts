import './style.css'

export { Notifications } from './view'
