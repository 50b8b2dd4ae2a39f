import { localized } from '../../ui'

/** What each step of the check asks, by its stable name. */
const questions = localized({
  en: { dns: 'Does the name lead anywhere?', address: 'May servers be reached there?', tcp: 'Does anything listen there?', tls: 'Does it prove to be meant by the name?', descriptor: 'Does it speak this protocol?', key: 'Is its key believed here?', clock: 'Do the clocks agree?', policy: 'Does the policy here admit it?', echo_there: 'Does it take a signed request of ours?', echo_back: 'Can it reach this server?' },
  nl: { dns: 'Leidt de naam ergens heen?', address: 'Mogen servers daar worden bereikt?', tcp: 'Luistert daar iets?', tls: 'Bewijst het dat de naam ervan is?', descriptor: 'Spreekt het dit protocol?', key: 'Wordt zijn sleutel hier geloofd?', clock: 'Lopen de klokken gelijk?', policy: 'Laat het beleid hier hem toe?', echo_there: 'Neemt hij een ondertekende vraag van ons aan?', echo_back: 'Kan hij deze server bereiken?' },
  de: { dns: 'Führt der Name irgendwohin?', address: 'Dürfen Server dort erreicht werden?', tcp: 'Lauscht dort etwas?', tls: 'Beweist es, dass der Name ihm gehört?', descriptor: 'Spricht es dieses Protokoll?', key: 'Wird seinem Schlüssel hier geglaubt?', clock: 'Gehen die Uhren gleich?', policy: 'Lässt ihn die Richtlinie hier zu?', echo_there: 'Nimmt er eine unterschriebene Anfrage von uns an?', echo_back: 'Kann er diesen Server erreichen?' },
})

/** The question of a step by its stable name; of a step that is not known, as the server asks it. */
export function questionOf(step: { step: string; question: string }): string {
  return Object.hasOwn(questions(), step.step) ? questions()[step.step as keyof ReturnType<typeof questions>] : step.question
}
