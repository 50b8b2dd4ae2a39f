import { existsSync } from 'node:fs'
import { mkdir, readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { fileURLToPath } from 'node:url'
import { chromium } from 'playwright-core'

const PLACES = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome', '/usr/bin/google-chrome-stable', '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome']

/** `E2E_SHOTS` names a directory for the pictures in `docs/screenshots`; else they are kept with the results. */
export const shots = process.env.E2E_SHOTS ?? fileURLToPath(new URL('out', import.meta.url))
await mkdir(shots, { recursive: true })

/** The system's browser: nothing is downloaded. */
export function findBrowser() {
  const named = process.env.CHROMIUM
  return named && existsSync(named) ? named : PLACES.find((path) => existsSync(path))
}

export const DESKTOP = { width: 1440, height: 900 }
export const PHONE = { width: 390, height: 844 }

export function launch() {
  return chromium.launch({ executablePath: findBrowser(), args: ['--no-sandbox', '--disable-dev-shm-usage'] })
}

/** A person's browser: nothing is shared with others'. What the page's policy refuses, or throws, is a failure. */
export async function person(browser, server, { viewport = DESKTOP, colorScheme = 'light', locale = 'en-GB' } = {}) {
  const context = await browser.newContext({ baseURL: server.url, viewport, colorScheme, locale, reducedMotion: 'reduce' })
  const page = await context.newPage()
  const faults = []
  page.on('pageerror', (error) => faults.push(String(error)))
  page.on('console', (message) => {
    // An identity provider's page is none of ours.
    if (message.location().url && !message.location().url.startsWith(server.url)) return
    if (message.type() === 'error' && !/status of (401|403|404|409|502|503)/.test(message.text()) && !/ERR_CONNECTION|ERR_INTERNET_DISCONNECTED|ERR_FAILED|WebSocket|ERR_EMPTY_RESPONSE/.test(message.text())) faults.push(message.text())
  })
  page.setDefaultTimeout(15_000)
  return { page, faults, context }
}

export async function signIn({ page }, username, password) {
  await page.goto('/')
  await page.getByLabel('User name').fill(username)
  await page.getByLabel('Password').fill(password)
  await page.getByRole('button', { name: 'Sign in' }).click()
  await page.locator('.frame[data-phase="live"]').waitFor()
}

const axeSource = await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

/** What has just changed (a theme) is drawn, and its transitions have ended. What turns for ever (a spinner) is not waited for. */
export async function settled(page) {
  await page.evaluate(() => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve))))
  await page.evaluate(() => {
    const ending = document.getAnimations().filter((animation) => animation.effect?.getComputedTiming().endTime !== Infinity)
    return Promise.all(ending.map((animation) => animation.finished.catch(() => undefined)))
  })
}

/** What axe-core finds; nothing is what is wanted. Runs beside the page, whose policy lets no other script in. */
export async function findings(page) {
  await settled(page)
  await page.evaluate(axeSource)
  const violations = await page.evaluate(async () => (await window.axe.run(document, { resultTypes: ['violations'] })).violations)
  return violations.flatMap((violation) => violation.nodes.map((node) => `${violation.id}: ${violation.help}: ${node.target.join(' ')}${violation.id === 'color-contrast' ? ` ${node.any[0]?.message}` : ''}`))
}
