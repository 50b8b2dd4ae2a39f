/** What was begun in a room and not sent, kept on this device. */
const PREFIX = 'scaiwave.draft.'

export const drafts = {
  read: (place: string): string => localStorage.getItem(PREFIX + place) ?? '',
  write(place: string, text: string): void {
    if (text) localStorage.setItem(PREFIX + place, text)
    else localStorage.removeItem(PREFIX + place)
  },
  /** Whoever signs out leaves nothing behind. */
  forget(): void {
    Object.keys(localStorage).filter((key) => key.startsWith(PREFIX)).forEach((key) => localStorage.removeItem(key))
  },
}
