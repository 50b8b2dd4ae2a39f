import './style.css'

export { handle, parts } from './fqid'
export { PersonName, ServerChip } from './name'
export { PresenceDot } from './presence'
