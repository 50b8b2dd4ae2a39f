import './style.css'

export { readPins, setPin } from './model'
export { Pins } from './view'
