import './style.css'

export { SignIn } from './view'
