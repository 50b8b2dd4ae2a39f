import { localized } from '../../ui'

export const words = localized({
  en: {
    loading: 'Loading', to: (name: string) => `Sign in to ${name}`, name: 'User name', password: 'Password', code: 'Code of your app, or a recovery code',
    submit: 'Sign in', codeHint: 'This account has a second factor.', noTenant: 'There is no organisation at this address.',
    noTenantHint: 'Check the address; it must be the server name of your organisation.', unreachable: 'The server cannot be reached.',
    again: 'Try again', ended: 'You were signed out.', continueWith: (name: string) => `Continue with ${name}`, or: 'or', linked: 'From now on you can sign in by your identity provider.',
    forgotten: 'Forgotten your password?', resetTitle: 'Set a new password', resetText: 'Ask an administrator of your organisation for a reset code. It works once.', resetCode: 'Reset code', newPassword: 'New password', newHint: 'At least 8 characters.',
    setPassword: 'Set the password', backToSignIn: 'Back to signing in', resetDone: 'The new password is set. Sign in with it.', resetWrong: 'This code has been used, has ended, or never was one. Ask for a new one.',
    SW_AUTH_INVALID_TOKEN: 'User name or password are wrong.', SW_AUTH_TOTP_WRONG: 'The code is wrong. Take the newest one of your app.', SW_AUTH_PASSWORDS_OFF: 'Nobody signs in with a password here.',
    SW_AUTH_OIDC_FAILED: 'The sign-in at your identity provider did not go through, or took too long. Try again.', SW_AUTH_OIDC_UNREACHABLE: 'Your identity provider cannot be reached now. Try again in a while.', SW_AUTH_TENANT_MISMATCH: 'Your account at the identity provider belongs to another organisation.',
    SW_AUTH_NOT_LINKED: 'No account here is linked to yours at the identity provider. Ask an administrator.', SW_NAME_TAKEN: 'Somebody here has your name already. If that is you, sign in with your password and link the accounts in the settings.', SW_ACCOUNT_CLOSED: 'Your account is closed. Ask an administrator.',
    refusedOther: (code: string) => `The sign-in did not go through (${code}).`,
  },
  nl: {
    loading: 'Laden', to: (name: string) => `Inloggen bij ${name}`, name: 'Gebruikersnaam', password: 'Wachtwoord', code: 'Code van je app, of een herstelcode',
    submit: 'Inloggen', codeHint: 'Dit account heeft een tweede factor.', noTenant: 'Op dit adres is geen organisatie.',
    noTenantHint: 'Controleer het adres; het moet de servernaam van je organisatie zijn.', unreachable: 'De server is niet bereikbaar.',
    again: 'Opnieuw proberen', ended: 'Je bent uitgelogd.', continueWith: (name: string) => `Doorgaan met ${name}`, or: 'of', linked: 'Voortaan kun je via je identiteitsprovider inloggen.',
    forgotten: 'Wachtwoord vergeten?', resetTitle: 'Een nieuw wachtwoord instellen', resetText: 'Vraag een beheerder van je organisatie om een herstelcode. Hij werkt één keer.', resetCode: 'Herstelcode', newPassword: 'Nieuw wachtwoord', newHint: 'Minstens 8 tekens.',
    setPassword: 'Wachtwoord instellen', backToSignIn: 'Terug naar inloggen', resetDone: 'Het nieuwe wachtwoord is ingesteld. Log ermee in.', resetWrong: 'Deze code is gebruikt, verlopen of nooit gegeven. Vraag een nieuwe.',
    SW_AUTH_INVALID_TOKEN: 'Gebruikersnaam of wachtwoord klopt niet.', SW_AUTH_TOTP_WRONG: 'De code klopt niet. Neem de nieuwste van je app.', SW_AUTH_PASSWORDS_OFF: 'Hier logt niemand met een wachtwoord in.',
    SW_AUTH_OIDC_FAILED: 'Het inloggen bij je identiteitsprovider is niet gelukt, of duurde te lang. Probeer het opnieuw.', SW_AUTH_OIDC_UNREACHABLE: 'Je identiteitsprovider is nu niet bereikbaar. Probeer het straks opnieuw.', SW_AUTH_TENANT_MISMATCH: 'Je account bij de identiteitsprovider hoort bij een andere organisatie.',
    SW_AUTH_NOT_LINKED: 'Geen account hier is gekoppeld aan het jouwe bij de identiteitsprovider. Vraag een beheerder.', SW_NAME_TAKEN: 'Iemand hier heeft jouw naam al. Ben jij dat, log dan in met je wachtwoord en koppel de accounts in de voorkeuren.', SW_ACCOUNT_CLOSED: 'Je account is gesloten. Vraag een beheerder.',
    refusedOther: (code: string) => `Het inloggen is niet gelukt (${code}).`,
  },
  de: {
    loading: 'Wird geladen', to: (name: string) => `Bei ${name} anmelden`, name: 'Benutzername', password: 'Passwort', code: 'Code Ihrer App oder ein Wiederherstellungscode',
    submit: 'Anmelden', codeHint: 'Dieses Konto hat einen zweiten Faktor.', noTenant: 'Unter dieser Adresse gibt es keine Organisation.',
    noTenantHint: 'Prüfen Sie die Adresse; sie muss der Servername Ihrer Organisation sein.', unreachable: 'Der Server ist nicht erreichbar.',
    again: 'Erneut versuchen', ended: 'Sie wurden abgemeldet.', continueWith: (name: string) => `Weiter mit ${name}`, or: 'oder', linked: 'Von nun an können Sie sich über Ihren Identitätsanbieter anmelden.',
    forgotten: 'Passwort vergessen?', resetTitle: 'Ein neues Passwort setzen', resetText: 'Bitten Sie einen Administrator Ihrer Organisation um einen Rücksetzcode. Er gilt einmal.', resetCode: 'Rücksetzcode', newPassword: 'Neues Passwort', newHint: 'Mindestens 8 Zeichen.',
    setPassword: 'Passwort setzen', backToSignIn: 'Zurück zur Anmeldung', resetDone: 'Das neue Passwort gilt. Melden Sie sich damit an.', resetWrong: 'Dieser Code ist benutzt, abgelaufen oder war nie einer. Bitten Sie um einen neuen.',
    SW_AUTH_INVALID_TOKEN: 'Benutzername oder Passwort stimmen nicht.', SW_AUTH_TOTP_WRONG: 'Der Code stimmt nicht. Nehmen Sie den neuesten Ihrer App.', SW_AUTH_PASSWORDS_OFF: 'Hier meldet sich niemand mit einem Passwort an.',
    SW_AUTH_OIDC_FAILED: 'Die Anmeldung bei Ihrem Identitätsanbieter ist nicht gelungen oder hat zu lange gedauert. Versuchen Sie es noch einmal.', SW_AUTH_OIDC_UNREACHABLE: 'Ihr Identitätsanbieter ist gerade nicht erreichbar. Versuchen Sie es später noch einmal.', SW_AUTH_TENANT_MISMATCH: 'Ihr Konto beim Identitätsanbieter gehört zu einer anderen Organisation.',
    SW_AUTH_NOT_LINKED: 'Kein Konto hier ist mit Ihrem beim Identitätsanbieter verknüpft. Fragen Sie einen Administrator.', SW_NAME_TAKEN: 'Ihren Namen gibt es hier schon. Wenn Sie das sind, melden Sie sich mit Ihrem Passwort an und verknüpfen Sie die Konten in den Einstellungen.', SW_ACCOUNT_CLOSED: 'Ihr Konto ist geschlossen. Fragen Sie einen Administrator.',
    refusedOther: (code: string) => `Die Anmeldung ist nicht gelungen (${code}).`,
  },
})

const TOLD = ['SW_AUTH_INVALID_TOKEN', 'SW_AUTH_TOTP_WRONG', 'SW_AUTH_PASSWORDS_OFF', 'SW_AUTH_OIDC_FAILED', 'SW_AUTH_OIDC_UNREACHABLE', 'SW_AUTH_TENANT_MISMATCH', 'SW_AUTH_NOT_LINKED', 'SW_NAME_TAKEN', 'SW_ACCOUNT_CLOSED'] as const

/** Why a login came to nothing: some codes mean more there than elsewhere. */
export function reasonAtSignIn(code: string, otherwise: string): string {
  const told = TOLD.find((known) => known === code)
  return told ? words()[told] : otherwise
}
