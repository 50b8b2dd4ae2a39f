import './style.css'

export { handle, parts, serverItself } from './fqid'
export { PersonName, ServerChip } from './name'
export { PresenceDot } from './presence'
