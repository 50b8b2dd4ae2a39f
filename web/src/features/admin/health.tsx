import { createMemo, type JSX, Show } from 'solid-js'
import { dates, locale, localized } from '../../ui'
import { Chart } from './chart'
import { readStats } from './facts'
import { Fact, Part } from './part'
import { createReading } from './reading'
import { perMinute, type Sample, size } from './samples'

const EVERY_MS = 10_000

const healthWords = localized({
  en: { title: 'Server health', ready: 'The server is ready.', draining: 'The server is shutting down.', storage: 'The data of a tenant cannot be read: the server’s log says why.', unknown: 'The server does not say how it is.', charts: 'Since this console is open', hint: (when: string) => `Measured every ten seconds since ${when}; nothing of it is kept when the console is closed.`, lag: 'Oldest that waits', waiting: 'Events that wait', out: 'Events out, a minute', outHint: 'Out: entries of shared rooms that are hosted here and go to the other servers. In: entries of those that are hosted elsewhere.', in: 'Events in, a minute', answer: 'Time to answer', data: 'Data, without files', uses: 'What is used', accounts: 'Accounts', closed: 'Closed accounts', rooms: 'Rooms', of: (used: string, most: string) => `${used} of ${most}`, first: 'The first measurement is on its way.', said: (now: string, most: string) => `now ${now}, at most ${most}` },
  nl: { title: 'Toestand van de server', ready: 'De server is gereed.', draining: 'De server sluit af.', storage: 'De gegevens van een tenant kunnen niet worden gelezen: het logboek van de server zegt waarom.', unknown: 'De server zegt niet hoe het gaat.', charts: 'Sinds deze console open is', hint: (when: string) => `Elke tien seconden gemeten sinds ${when}; er blijft niets van bewaard als de console sluit.`, lag: 'Oudste dat wacht', waiting: 'Gebeurtenissen die wachten', out: 'Gebeurtenissen uit, per minuut', outHint: 'Uit: regels van gedeelde kamers die hier worden gehost en naar de andere servers gaan. In: regels van die elders worden gehost.', in: 'Gebeurtenissen in, per minuut', answer: 'Antwoordtijd', data: 'Gegevens, zonder bestanden', uses: 'Wat wordt gebruikt', accounts: 'Accounts', closed: 'Gesloten accounts', rooms: 'Kamers', of: (used: string, most: string) => `${used} van ${most}`, first: 'De eerste meting is onderweg.', said: (now: string, most: string) => `nu ${now}, hoogstens ${most}` },
  de: { title: 'Zustand des Servers', ready: 'Der Server ist bereit.', draining: 'Der Server fährt herunter.', storage: 'Die Daten eines Mandanten können nicht gelesen werden: das Protokoll des Servers sagt, warum.', unknown: 'Der Server sagt nicht, wie es ihm geht.', charts: 'Seit diese Konsole offen ist', hint: (when: string) => `Alle zehn Sekunden gemessen seit ${when}; nichts davon bleibt, wenn die Konsole geschlossen wird.`, lag: 'Ältestes, das wartet', waiting: 'Ereignisse, die warten', out: 'Ereignisse hinaus, pro Minute', outHint: 'Hinaus: Einträge geteilter Räume, die hier liegen und zu den anderen Servern gehen. Herein: Einträge derer, die anderswo liegen.', in: 'Ereignisse herein, pro Minute', answer: 'Antwortzeit', data: 'Daten, ohne Dateien', uses: 'Was benutzt wird', accounts: 'Konten', closed: 'Geschlossene Konten', rooms: 'Räume', of: (used: string, most: string) => `${used} von ${most}`, first: 'Die erste Messung ist unterwegs.', said: (now: string, most: string) => `jetzt ${now}, höchstens ${most}` },
})

type Readiness = 'ready' | 'draining' | 'storage' | 'unknown'

/** Asked as whoever balances requests asks it. */
async function readReadiness(): Promise<Readiness> {
  const response = await fetch('/readyz').catch(() => undefined)
  const said = (await response?.json().catch(() => undefined)) as { status?: string } | undefined
  return (['ready', 'draining', 'storage'] as const).find((word) => word === said?.status) ?? 'unknown'
}

export function Health(props: { samples: Sample[] }): JSX.Element {
  const readiness = createReading(() => undefined, readReadiness, { everyMs: EVERY_MS })
  const stats = createReading(() => undefined, readStats, { everyMs: EVERY_MS })
  const number = (value: number): string => new Intl.NumberFormat(locale()).format(value)
  const bytes = (value: number): string => size(value, locale())
  const used = (value: number | undefined, most: number | null | undefined, show: (value: number) => string): string => (typeof most === 'number' ? healthWords().of(show(value ?? 0), show(most)) : show(value ?? 0))
  const values = (pick: (sample: Sample) => number): number[] => props.samples.map(pick)
  const out = createMemo(() => perMinute(props.samples, 'out'))
  const into = createMemo(() => perMinute(props.samples, 'in'))
  const said = (now: string, most: string): string => healthWords().said(now, most)
  return (
    <>
      <Part title={healthWords().title} of={readiness}>
        <Show when={readiness.data()}>{(is) => <p role="status" class={is() === 'ready' ? 'notice-good' : 'notice-bad'}>{healthWords()[is()]}</p>}</Show>
      </Part>
      <Part title={healthWords().uses} of={stats}>
        <dl class="facts facts-wide">
          <Fact term={healthWords().data}>{used(stats.data()?.storage_bytes, stats.data()?.limits.storage_bytes, bytes)}</Fact>
          <Fact term={healthWords().accounts}>{used(stats.data()?.participants, stats.data()?.limits.participants, number)}</Fact>
          <Fact term={healthWords().closed}>{number(stats.data()?.deactivated_participants ?? 0)}</Fact>
          <Fact term={healthWords().rooms}>{used(stats.data()?.rooms, stats.data()?.limits.rooms, number)}</Fact>
        </dl>
      </Part>
      <Part title={healthWords().charts}>
        <Show when={props.samples[0]} fallback={<p class="soft">{healthWords().first}</p>}>
          {(first) => (
            <>
              <p class="soft small">{healthWords().hint(dates.time(first().at))}</p>
              <div class="charts">
                <Chart title={healthWords().lag} unit="s" values={values((sample) => sample.lag)} said={said} />
                <Chart title={healthWords().waiting} values={values((sample) => sample.waiting)} said={said} />
                <Chart title={healthWords().out} values={out()} said={said} />
                <Chart title={healthWords().in} values={into()} said={said} />
                <Chart title={healthWords().data} show={bytes} values={values((sample) => sample.storage)} said={said} />
                <Chart title={healthWords().answer} unit="ms" values={values((sample) => sample.answer)} said={said} />
              </div>
              <p class="soft small">{healthWords().outHint}</p>
            </>
          )}
        </Show>
      </Part>
    </>
  )
}
