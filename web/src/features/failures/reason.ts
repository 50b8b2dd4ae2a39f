import { Failure } from '../../api'
import { locale } from '../../ui'
import { reasons } from './words'

/** A no with its stable code and the sentence, in English, that came with it. */
export interface Refusal {
  code: string
  message: string
}

/** Codes that are said for many causes: which one it was only the server's own sentence tells. */
const SAYS_LITTLE: readonly string[] = ['SW_BAD_REQUEST', 'SW_NOT_FOUND', 'SW_INTERNAL', 'SW_RATE_LIMIT_EXCEEDED', 'SW_NAME_TAKEN', 'SW_AUTH_INVALID_TOKEN', 'SW_AUTH_OIDC_FAILED', 'SW_AUTH_INSUFFICIENT_PERMISSION', 'SW_ROOM_FORBIDDEN', 'SW_ROOM_FROZEN', 'SW_ROOM_TYPE_INVARIANT',
  'SW_TENANT_CAPACITY', 'SW_FED_SIGNATURE_MISMATCH', 'SW_FED_CLOCK_SKEW', 'SW_FED_REPLAY', 'SW_FED_KEY_UNTRUSTED', 'SW_FED_PEER_UNREACHABLE', 'SW_FED_PEER_UNKNOWN', 'SW_FED_POLICY_VIOLATION', 'SW_FED_EVENT_INVALID', 'SW_FED_NOT_AUTHORIZED', 'SW_FED_CHAIN_BROKEN', 'SW_FED_PARTICIPANT_UNKNOWN']

/** Why something was not done, in the language of who reads it; what has no words here is told as the server says it. */
export function reason(refusal: Refusal): string {
  const told = (reasons() as Record<string, string>)[refusal.code]
  if (told === undefined) return sentence(refusal.message)
  if (!SAYS_LITTLE.includes(refusal.code) || refusal.message === '') return told
  return locale() === 'en' ? sentence(refusal.message) : `${told} (${refusal.message})`
}

/** The same of whatever was thrown. */
export function reasonOf(error: unknown): string {
  return reason(Failure.from(error))
}

/** Begins large and ends with a stop. What begins with a name (`acme.example refused`) keeps it as it is. */
function sentence(text: string): string {
  const begun = /^\p{Ll}+[\s,]/u.test(text) ? text.charAt(0).toLocaleUpperCase('en') + text.slice(1) : text
  return /[\p{L}\p{N}]$/u.test(begun) ? `${begun}.` : begun
}
