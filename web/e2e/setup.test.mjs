// The first visit to a server that nobody has an account on. The tests are chapters of one story and run in order.

import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { findings, launch, person } from './browser.mjs'
import { pictures } from './pictures.mjs'
import { Server } from './servers.mjs'

const PASSWORD = 'correct horse battery'

const umbrella = new Server('umbrella.localhost', 8751)
let browser
let olga

before(async () => {
  await umbrella.start()
  browser = await launch()
  olga = await person(browser, umbrella)
})

after(async () => {
  await browser?.close()
  await umbrella.remove()
})

async function isAccessible({ page, faults }) {
  assert.deepEqual(await findings(page), [])
  assert.deepEqual(faults, [])
}

async function look(name) {
  assert.deepEqual(await pictures(olga.page, name, { fullPage: true }), [])
}

async function fill(password, again) {
  const { page } = olga
  await page.getByLabel('Name of the organisation').fill('Umbrella')
  await page.getByLabel('Your name').fill('Olga Orlova')
  await page.getByLabel('Password', { exact: true }).fill(password)
  await page.getByLabel('Password once more').fill(again)
}

test('whoever comes without the code is asked for it, and a wrong one opens nothing', async () => {
  const { page } = olga
  await page.goto('/')
  await page.getByRole('heading', { level: 1 }).waitFor()
  await page.getByLabel('Set-up code').fill('not-the-code')
  await fill(PASSWORD, PASSWORD)
  await page.getByRole('button', { name: 'Create the account' }).click()
  await page.getByRole('alert').first().waitFor()
  await isAccessible(olga)
})

test('the address that the server prints brings the code along', async () => {
  const { page } = olga
  await page.goto(umbrella.setupAddress.replace(/^https?:\/\/[^/]+/, ''))
  await page.getByText('came with the address').waitFor()
  assert.equal(new URL(page.url()).hash, '', 'a code in the address would stay in the history')
  await look('setup')
})

test('two passwords that differ are told where they stand', async () => {
  const { page } = olga
  await fill(PASSWORD, 'correct horse batteri')
  await page.getByRole('button', { name: 'Create the account' }).click()
  await page.getByRole('alert').waitFor()
  await isAccessible(olga)
})

test('the first admin is made, and sees whether others find the way here', async () => {
  const { page } = olga
  await fill(PASSWORD, PASSWORD)
  await page.getByRole('button', { name: 'Create the account' }).click()
  await page.locator('.setup-verdict').waitFor()
  await look('setup-check')
})

test('an empty list says what comes next', async () => {
  const { page } = olga
  await page.getByRole('button', { name: 'Go to the rooms' }).click()
  await page.locator('.frame[data-phase="live"]').waitFor()
  await page.getByText('Umbrella').first().waitFor()
  await page.getByRole('button', { name: /room/i }).first().waitFor()
  await look('first-rooms')
})

test('nobody sets it up a second time', async () => {
  const late = await person(browser, umbrella)
  await late.page.goto(umbrella.setupAddress.replace(/^https?:\/\/[^/]+/, ''))
  await late.page.getByLabel('User name').waitFor()
  await late.context.close()
})
