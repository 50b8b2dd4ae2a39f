import { mkdir } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { findings } from './browser.mjs'

/** `E2E_SHOTS` names a directory for the pictures in `docs/screenshots`; else they are kept with the results. */
export const shots = process.env.E2E_SHOTS ?? fileURLToPath(new URL('out', import.meta.url))
await mkdir(shots, { recursive: true })

export const WIDE = { width: 1440, height: 900 }
export const NARROW = { width: 390, height: 844 }

/** Nothing is wider than the window: nobody scrolls sideways. */
export async function overflow(page) {
  return page.evaluate(() => {
    const width = document.documentElement.clientWidth
    // On a narrow window one column is seen at a time; the other one is there for those who hear the page.
    const isSeen = (element) => (element.closest('.stage')?.clientWidth ?? width) > 1
    const inside = [...document.querySelectorAll('main, .page, .sidebar, .room-main, .sign-in')].filter((element) => isSeen(element) && element.scrollWidth > element.clientWidth + 1)
    return [document.documentElement.scrollWidth > width ? `the page is ${document.documentElement.scrollWidth} wide in ${width}` : '', ...inside.map((element) => `${element.tagName}.${element.className} is ${element.scrollWidth} wide in ${element.clientWidth}`)].filter(Boolean)
  })
}

/** Pictures of a screen in both themes, wide and narrow; what axe-core finds in any of them, and what is too wide. */
export async function pictures(page, name, { keep = true } = {}) {
  const before = page.viewportSize()
  const wrong = []
  for (const [size, viewport] of [['desktop', WIDE], ['phone', NARROW]]) {
    await page.setViewportSize(viewport)
    for (const colorScheme of ['light', 'dark']) {
      await page.emulateMedia({ colorScheme })
      await page.mouse.move(0, 0)
      if (keep) await page.screenshot({ path: `${shots}/${name}-${size}-${colorScheme}.png` })
      wrong.push(...(await findings(page)).map((one) => `${name}, ${size}, ${colorScheme}: ${one}`))
    }
    wrong.push(...(await overflow(page)).map((one) => `${name}, ${size}: ${one}`))
  }
  await page.setViewportSize(before)
  await page.emulateMedia({ colorScheme: 'light' })
  return wrong
}
