import { DESKTOP, findings, PHONE, settled, shots } from './browser.mjs'

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
export async function pictures(page, name, { keep = true, fullPage = false } = {}) {
  const before = page.viewportSize()
  const wrong = []
  for (const [size, viewport] of [['desktop', DESKTOP], ['phone', PHONE]]) {
    await page.setViewportSize(viewport)
    for (const colorScheme of ['light', 'dark']) {
      await page.emulateMedia({ colorScheme })
      await page.mouse.move(0, 0)
      if (keep) await picture(page, `${name}-${size}-${colorScheme}`, { fullPage })
      wrong.push(...(await findings(page)).map((one) => `${name}, ${size}, ${colorScheme}: ${one}`))
    }
    wrong.push(...(await overflow(page)).map((one) => `${name}, ${size}: ${one}`))
  }
  await page.setViewportSize(before)
  await page.emulateMedia({ colorScheme: 'light' })
  return wrong
}

/** A picture of a page as it is, without what is told over it of what was done before. */
export async function picture(page, name, { fullPage = false } = {}) {
  const show = (how) => page.evaluate((visibility) => document.querySelector('.toasts')?.style.setProperty('visibility', visibility), how)
  await show('hidden')
  await settled(page)
  await page.screenshot({ path: `${shots}/${name}.png`, fullPage })
  await show('visible')
}
