import { createMemo, createSignal, For, type JSX, Show } from 'solid-js'
import { localized } from '../../ui'
import { all } from './emoji-data'

const words = localized({
  en: { search: 'Search emoji', none: 'None found.', groups: ['Smileys', 'People', '', 'Nature', 'Food', 'Places', 'Activities', 'Objects', 'Symbols', 'Flags'].join('|') },
  nl: { search: 'Emoji zoeken (Engels)', none: 'Geen gevonden.', groups: ['Smileys', 'Mensen', '', 'Natuur', 'Eten', 'Plaatsen', 'Activiteiten', 'Voorwerpen', 'Symbolen', 'Vlaggen'].join('|') },
  de: { search: 'Emoji suchen (Englisch)', none: 'Keine gefunden.', groups: ['Smileys', 'Personen', '', 'Natur', 'Essen', 'Orte', 'Aktivitäten', 'Gegenstände', 'Symbole', 'Flaggen'].join('|') },
})

const FOUND_MAX = 64

export default function EmojiPicker(props: { onPicked: (emoji: string) => void }): JSX.Element {
  const [typed, setTyped] = createSignal('')
  const groups = createMemo(() => {
    const wanted = typed().trim().toLowerCase()
    if (wanted) {
      const found = all.filter((emoji) => emoji.label.includes(wanted) || emoji.tags?.some((tag) => tag.startsWith(wanted)))
      return [{ name: '', emoji: found.slice(0, FOUND_MAX) }]
    }
    return words().groups.split('|').map((name, group) => ({ name, emoji: all.filter((emoji) => emoji.group === group) })).filter((group) => group.emoji.length > 0)
  })
  return (
    <div class="emoji-picker">
      <input class="input" type="search" aria-label={words().search} placeholder={words().search} autofocus onInput={(event) => setTyped(event.currentTarget.value)} />
      <div class="emoji-scroll" tabindex="0" role="group" aria-label={words().search}>
        <For each={groups()}>
          {(group) => (
            <section>
              <Show when={group.name}><p class="emoji-group">{group.name}</p></Show>
              <div class="emoji-grid">
                <For each={group.emoji}>
                  {(emoji) => <button type="button" class="emoji" title={emoji.label} aria-label={emoji.label} onClick={() => props.onPicked(emoji.unicode)}>{emoji.unicode}</button>}
                </For>
              </div>
            </section>
          )}
        </For>
        <Show when={groups()[0]?.emoji.length === 0}><p class="soft small" role="status">{words().none}</p></Show>
      </div>
    </div>
  )
}
