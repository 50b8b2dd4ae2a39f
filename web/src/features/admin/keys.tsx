import { createMemo, For, type JSX, Show } from 'solid-js'
import { api, ask } from '../../api'
import { dates, localized } from '../../ui'
import { hasRecoveryKey } from './facts'
import { keyState, nextRotation } from './key-dates'
import { Fact, Part } from './part'
import { createReading } from './reading'

const keyWords = localized({
  en: {
    title: 'Keys of this server', hint: 'With these this server signs what it sends. Another admin compares the words, read aloud.', signing: 'signs now', revoked: 'revoked', ended: 'ended', coming: 'not yet valid', valid: 'valid', words: 'Fingerprint in words', from: 'Valid from', until: 'Valid until', revokedAt: 'Revoked', next: 'Next key', nextText: (when: string) => `The server makes it by itself on ${when}; other servers learn it without anybody's help.`, nextNow: 'The server makes it within a minute.',
    recovery: 'Recovery key', recoveryHint: 'It is kept offline. With it a server whose keys are lost or stolen gets new ones that its peers believe.', has: 'There is one, and other servers are shown it.', hasNot: 'There is none. Make it on the server and keep what is printed offline:', unknown: 'Whether there is one could not be read.',
  },
  nl: {
    title: 'Sleutels van deze server', hint: 'Hiermee ondertekent deze server wat hij stuurt. Een andere beheerder vergelijkt de woorden, voorgelezen.', signing: 'ondertekent nu', revoked: 'ingetrokken', ended: 'verlopen', coming: 'nog niet geldig', valid: 'geldig', words: 'Vingerafdruk in woorden', from: 'Geldig vanaf', until: 'Geldig tot', revokedAt: 'Ingetrokken', next: 'Volgende sleutel', nextText: (when: string) => `De server maakt hem vanzelf op ${when}; andere servers leren hem zonder iemands hulp.`, nextNow: 'De server maakt hem binnen een minuut.',
    recovery: 'Herstelsleutel', recoveryHint: 'Die wordt offline bewaard. Daarmee krijgt een server met verloren of gestolen sleutels nieuwe die de anderen geloven.', has: 'Er is er een, en andere servers krijgen hem te zien.', hasNot: 'Er is er geen. Maak hem op de server en bewaar offline wat wordt getoond:', unknown: 'Of er een is, kon niet worden gelezen.',
  },
  de: {
    title: 'Schlüssel dieses Servers', hint: 'Damit unterschreibt dieser Server, was er sendet. Ein anderer Verwalter vergleicht die Wörter, vorgelesen.', signing: 'unterschreibt jetzt', revoked: 'widerrufen', ended: 'abgelaufen', coming: 'noch nicht gültig', valid: 'gültig', words: 'Fingerabdruck in Wörtern', from: 'Gültig ab', until: 'Gültig bis', revokedAt: 'Widerrufen', next: 'Nächster Schlüssel', nextText: (when: string) => `Der Server macht ihn von selbst am ${when}; andere Server lernen ihn ohne Hilfe.`, nextNow: 'Der Server macht ihn innerhalb einer Minute.',
    recovery: 'Wiederherstellungsschlüssel', recoveryHint: 'Er wird offline aufbewahrt. Mit ihm bekommt ein Server, dessen Schlüssel verloren oder gestohlen sind, neue, denen die anderen glauben.', has: 'Es gibt einen, und andere Server bekommen ihn gezeigt.', hasNot: 'Es gibt keinen. Machen Sie ihn auf dem Server und bewahren Sie offline auf, was ausgegeben wird:', unknown: 'Ob es einen gibt, konnte nicht gelesen werden.',
  },
})

/** Own keys, when the next one comes, and whether there is a recovery key. */
export function Keys(): JSX.Element {
  const identity = createReading(() => undefined, () => ask(api.GET('/v1/admin/federation/identity')), { key: 'key_id' })
  const recovery = createReading(() => undefined, hasRecoveryKey)
  const next = createMemo(() => nextRotation(identity.data()?.keys ?? []))
  const nextSaid = (at: number): string => (at > Date.now() ? keyWords().nextText(dates.moment(at)) : keyWords().nextNow)
  return (
    <>
      <Part title={keyWords().title} hint={keyWords().hint} of={identity}>
        <ul class="settings-list">
          <For each={identity.data()?.keys.toReversed()}>
            {(key) => (
              <li>
                <div class="grow">
                  <p><code>{key.key_id}</code> <span class="badge" classList={{ 'badge-good': keyState(key, Date.now()) === 'signing', 'badge-bad': keyState(key, Date.now()) === 'revoked' }}>{keyWords()[keyState(key, Date.now())]}</span></p>
                  <dl class="facts">
                    <Fact term={keyWords().words}><span lang="en">{key.fingerprint_words}</span></Fact>
                    <Fact term={keyWords().from}>{dates.moment(key.valid_from)}</Fact>
                    <Fact term={keyWords().until}>{dates.moment(key.valid_until)}</Fact>
                    <Show when={key.revoked_at}>{(at) => <Fact term={keyWords().revokedAt}>{dates.moment(at())}</Fact>}</Show>
                  </dl>
                </div>
              </li>
            )}
          </For>
        </ul>
        <Show when={next()}>{(at) => <p><strong>{keyWords().next}:</strong> {nextSaid(at())}</p>}</Show>
      </Part>
      <Part title={keyWords().recovery} hint={keyWords().recoveryHint}>
        <Show when={!recovery.loading()}>
          <p role="status">{recovery.data() === undefined ? keyWords().unknown : recovery.data() ? keyWords().has : keyWords().hasNot}</p>
          <Show when={recovery.data() === false}><pre class="rejection-detail" tabindex="0">scaiwave admin federation key recovery --tenant …</pre></Show>
        </Show>
      </Part>
    </>
  )
}
