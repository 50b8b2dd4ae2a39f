import './style.css'

export { handle, parts, serverItself } from './fqid'
export { PersonName, RoleMark, ServerChip } from './name'
export { PresenceDot } from './presence'
export { MODERATES, OWNS, type Role, roleOf, rolesOf } from './role'
export { roleName } from './words'
