import { localized } from '../../ui'

export const words = localized({
  en: { owner: 'owner', moderator: 'moderator' },
  nl: { owner: 'eigenaar', moderator: 'moderator' },
  de: { owner: 'Eigentümer', moderator: 'Moderator' },
})
