import { createMemo, createSignal, For, type JSX, Show } from 'solid-js'
import { api, ask, Failure, type FederationKey } from '../../api'
import { dates, localized, say } from '../../ui'
import { hasRecoveryKey } from './facts'
import { keyState, lastEnd, nextRotation, rotatesAgain, SUCCESSOR_WAITS_MS } from './key-dates'
import { Confirm, Fact, Part } from './part'
import { createReading } from './reading'

const keyWords = localized({
  en: {
    title: 'Keys of this server', hint: 'With these this server signs what it sends. Another admin compares the words, read aloud.', signing: 'signs now', revoked: 'revoked', ended: 'ended', coming: 'not yet valid', valid: 'valid', words: 'Fingerprint in words', from: 'Valid from', until: 'Valid until', revokedAt: 'Revoked', next: 'Next key', nextText: (when: string) => `The server makes it by itself on ${when}; other servers learn it without anybody's help.`, nextNow: 'The server makes it within a minute.',
    rotate: 'Make the next key now', rotateTitle: 'Make the next key now?', rotateText: 'Nobody has to do this: it is for when the present key may have been seen by others, or moves to another machine. The new key is published at once and signs from a day later on, so that other servers learn it by themselves before it is used: the present key vouches for it.', rotateEnd: (when: string) => `The present key stays valid until ${when}: what it has signed stays verified. If it was stolen, revoke it afterwards on the server.`, rotateWaits: (when: string) => `The newest key is less than a day old. Another one is made from ${when} on, unless you insist.`, insist: 'Make it all the same', tooMany: 'This server has as many keys as it can publish: one must expire before the next is made.', rotated: (key: string) => `The key ${key} was made.`,
    recovery: 'Recovery key', recoveryHint: 'It is kept offline. With it a server whose keys are lost or stolen gets new ones that its peers believe.', has: 'There is one, and other servers are shown it.', hasNot: 'There is none. Make it on the server and keep what is printed offline:', unknown: 'Whether there is one could not be read.',
  },
  nl: {
    title: 'Sleutels van deze server', hint: 'Hiermee ondertekent deze server wat hij stuurt. Een andere beheerder vergelijkt de woorden, voorgelezen.', signing: 'ondertekent nu', revoked: 'ingetrokken', ended: 'verlopen', coming: 'nog niet geldig', valid: 'geldig', words: 'Vingerafdruk in woorden', from: 'Geldig vanaf', until: 'Geldig tot', revokedAt: 'Ingetrokken', next: 'Volgende sleutel', nextText: (when: string) => `De server maakt hem vanzelf op ${when}; andere servers leren hem zonder iemands hulp.`, nextNow: 'De server maakt hem binnen een minuut.',
    rotate: 'De volgende sleutel nu maken', rotateTitle: 'De volgende sleutel nu maken?', rotateText: 'Niemand hoeft dit te doen: het is voor als anderen de huidige sleutel gezien kunnen hebben, of als hij naar een andere machine gaat. De nieuwe sleutel wordt meteen bekendgemaakt en ondertekent vanaf een dag later, zodat andere servers hem vanzelf leren voordat hij wordt gebruikt: de huidige sleutel staat voor hem in.', rotateEnd: (when: string) => `De huidige sleutel blijft geldig tot ${when}: wat hij heeft ondertekend, blijft gecontroleerd. Is hij gestolen, trek hem dan daarna op de server in.`, rotateWaits: (when: string) => `De nieuwste sleutel is nog geen dag oud. Vanaf ${when} wordt er weer een gemaakt, tenzij je aandringt.`, insist: 'Toch maken', tooMany: 'Deze server heeft zoveel sleutels als hij kan bekendmaken: er moet er een verlopen voor de volgende.', rotated: (key: string) => `De sleutel ${key} is gemaakt.`,
    recovery: 'Herstelsleutel', recoveryHint: 'Die wordt offline bewaard. Daarmee krijgt een server met verloren of gestolen sleutels nieuwe die de anderen geloven.', has: 'Er is er een, en andere servers krijgen hem te zien.', hasNot: 'Er is er geen. Maak hem op de server en bewaar offline wat wordt getoond:', unknown: 'Of er een is, kon niet worden gelezen.',
  },
  de: {
    title: 'Schlüssel dieses Servers', hint: 'Damit unterschreibt dieser Server, was er sendet. Ein anderer Verwalter vergleicht die Wörter, vorgelesen.', signing: 'unterschreibt jetzt', revoked: 'widerrufen', ended: 'abgelaufen', coming: 'noch nicht gültig', valid: 'gültig', words: 'Fingerabdruck in Wörtern', from: 'Gültig ab', until: 'Gültig bis', revokedAt: 'Widerrufen', next: 'Nächster Schlüssel', nextText: (when: string) => `Der Server macht ihn von selbst am ${when}; andere Server lernen ihn ohne Hilfe.`, nextNow: 'Der Server macht ihn innerhalb einer Minute.',
    rotate: 'Den nächsten Schlüssel jetzt machen', rotateTitle: 'Den nächsten Schlüssel jetzt machen?', rotateText: 'Das muss niemand tun: es ist für den Fall, dass andere den jetzigen Schlüssel gesehen haben könnten oder er auf eine andere Maschine zieht. Der neue Schlüssel wird sofort veröffentlicht und unterschreibt ab einem Tag später, damit andere Server ihn von selbst lernen, bevor er benutzt wird: der jetzige Schlüssel bürgt für ihn.', rotateEnd: (when: string) => `Der jetzige Schlüssel bleibt gültig bis ${when}: was er unterschrieben hat, bleibt geprüft. Wurde er gestolen, widerrufen Sie ihn danach auf dem Server.`, rotateWaits: (when: string) => `Der neueste Schlüssel ist noch keinen Tag alt. Ab ${when} wird wieder einer gemacht, außer Sie bestehen darauf.`, insist: 'Trotzdem machen', tooMany: 'Dieser Server hat so viele Schlüssel, wie er veröffentlichen kann: erst muss einer ablaufen.', rotated: (key: string) => `Der Schlüssel ${key} wurde gemacht.`,
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
        <Rotate keys={identity.data()?.keys ?? []} onDone={() => void identity.again()} />
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

/** The next key before its time. Soon after the last one it wants to be insisted on, and says why. */
function Rotate(props: { keys: readonly FederationKey[]; onDone: () => void }): JSX.Element {
  const [asking, setAsking] = createSignal(false)
  const [insists, setInsists] = createSignal(false)
  const again = createMemo(() => rotatesAgain(props.keys, Date.now()))
  const end = createMemo(() => lastEnd(props.keys))
  const open = (): void => {
    setInsists(false)
    setAsking(true)
  }
  const rotate = async (): Promise<void> => {
    const made = await ask(api.POST('/v1/admin/federation/keys/rotate', { body: { force: insists() } })).catch((error: unknown) => {
      throw inWords(Failure.from(error))
    })
    say(keyWords().rotated(made.key_id))
    props.onDone()
  }
  return (
    <>
      <p><button type="button" class="button" onClick={open}>{keyWords().rotate}</button></p>
      <Show when={asking()}>
        <Confirm title={keyWords().rotateTitle} action={keyWords().rotate} refused={again() !== undefined && !insists()} onConfirm={rotate} onClose={() => setAsking(false)}>
          <p>{keyWords().rotateText}</p>
          <Show when={end()}>{(at) => <p>{keyWords().rotateEnd(dates.moment(at()))}</p>}</Show>
          <Show when={again()}>
            {(at) => (
              <>
                <p>{keyWords().rotateWaits(dates.moment(at()))}</p>
                <label class="check"><input type="checkbox" checked={insists()} onChange={(event) => setInsists(event.currentTarget.checked)} /><span>{keyWords().insist}</span></label>
              </>
            )}
          </Show>
        </Confirm>
      </Show>
    </>
  )
}

function inWords(failure: Failure): Failure {
  const said = ({ SW_KEY_TOO_SOON: keyWords().rotateWaits(dates.moment(Date.now() + SUCCESSOR_WAITS_MS)), SW_KEY_TOO_MANY: keyWords().tooMany } as Record<string, string>)[failure.code]
  return said === undefined ? failure : new Failure('told', said, failure.status)
}
