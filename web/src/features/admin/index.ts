import './style.css'

export { Admin } from './view'
