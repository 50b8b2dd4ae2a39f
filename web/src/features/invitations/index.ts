import './style.css'

export { Invitations } from './view'
