import { localized } from '../../ui'

export const words = localized({
  en: {
    title: 'Sign in', to: (name: string) => `Sign in to ${name}`, name: 'User name', password: 'Password', code: 'Code of your app, or a recovery code',
    submit: 'Sign in', codeHint: 'This account has a second factor.', noTenant: 'There is no organisation at this address.',
    noTenantHint: 'Check the address; it must be the server name of your organisation.', unreachable: 'The server cannot be reached.',
    again: 'Try again', ended: 'You were signed out.',
  },
  nl: {
    title: 'Inloggen', to: (name: string) => `Inloggen bij ${name}`, name: 'Gebruikersnaam', password: 'Wachtwoord', code: 'Code van je app, of een herstelcode',
    submit: 'Inloggen', codeHint: 'Dit account heeft een tweede factor.', noTenant: 'Op dit adres is geen organisatie.',
    noTenantHint: 'Controleer het adres; het moet de servernaam van je organisatie zijn.', unreachable: 'De server is niet bereikbaar.',
    again: 'Opnieuw proberen', ended: 'Je bent uitgelogd.',
  },
  de: {
    title: 'Anmelden', to: (name: string) => `Bei ${name} anmelden`, name: 'Benutzername', password: 'Passwort', code: 'Code Ihrer App oder ein Wiederherstellungscode',
    submit: 'Anmelden', codeHint: 'Dieses Konto hat einen zweiten Faktor.', noTenant: 'Unter dieser Adresse gibt es keine Organisation.',
    noTenantHint: 'Prüfen Sie die Adresse; sie muss der Servername Ihrer Organisation sein.', unreachable: 'Der Server ist nicht erreichbar.',
    again: 'Erneut versuchen', ended: 'Sie wurden abgemeldet.',
  },
})
