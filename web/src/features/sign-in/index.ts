import './style.css'

export { cameBack } from './model'
export { SignIn } from './view'
export { reasonAtSignIn, words as signInWords } from './words'
