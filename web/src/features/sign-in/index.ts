import './style.css'

export { cameBack } from './model'
export { SignIn } from './view'
export { reason, words as signInWords } from './words'
