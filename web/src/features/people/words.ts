import { localized } from '../../ui'
import type { Role } from './role'

const names = localized<Record<Role, string>>({
  en: { owner: 'owner', moderator: 'moderator' },
  nl: { owner: 'eigenaar', moderator: 'moderator' },
  de: { owner: 'Eigentümer', moderator: 'Moderator' },
})

/** What a role is called. */
export function roleName(role: Role): string {
  return names()[role]
}
