import './style.css'

export { SearchPage } from './view'
