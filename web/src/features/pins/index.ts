import './style.css'

export { pinsVersion, readPins, setPin } from './model'
export { Pins } from './view'
