import { setTrustedTypesPolicy } from 'solid-js/web'

interface Factory {
  createPolicy(name: string, rules: { createHTML: (html: string) => string }): Parameters<typeof setTrustedTypesPolicy>[0]
}

/** The page's policy forbids that text becomes markup, but for the templates that the compiler has written:
 *  they alone pass, by a policy of this name that nothing else can reach. */
const factory = (globalThis as { trustedTypes?: Factory }).trustedTypes
if (factory) setTrustedTypesPolicy(factory.createPolicy('solid', { createHTML: (html) => html }))
