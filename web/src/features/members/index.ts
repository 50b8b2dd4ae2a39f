import './style.css'

export { Members } from './view'
