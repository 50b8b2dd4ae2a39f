// The ways in: by a password, by an identity provider, with a second factor, and with what an admin hands over. The
// tests are chapters of one story and run in order.

import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { findings, launch, person, signIn } from './browser.mjs'
import { pictures } from './pictures.mjs'
import { IdentityProvider } from './provider.mjs'
import { Server } from './servers.mjs'

const PASSWORD = 'correct horse battery'
const HOST = 'initech.localhost'
const PORT = 8741

const corp = new IdentityProvider(8742, `http://${HOST}:${PORT}/v1/auth/oidc/callback`)
const initech = new Server(HOST, PORT, { SCAIWAVE_AUTH_MODE: 'hybrid', ...corp.settings })
let browser
let erin

before(async () => {
  await corp.start()
  await initech.start()
  await initech.createUser('root', 'Ruth Root', 'admin', PASSWORD)
  browser = await launch()
  erin = await person(browser, initech)
})

after(async () => {
  await browser?.close()
  await initech.remove()
  await corp.stop()
})

async function isAccessible({ page, faults }) {
  assert.deepEqual(await findings(page), [])
  assert.deepEqual(faults, [])
}

/** Is whoever the provider asks for. */
async function isAtProvider(page, login) {
  await page.getByPlaceholder('Enter any login').fill(login)
  await page.getByPlaceholder('and password').fill('x')
  await page.getByRole('button', { name: 'Sign-in' }).click()
  await page.getByRole('button', { name: 'Continue' }).click()
}

test('where both let in, both are offered', async () => {
  const { page } = erin
  await page.goto('/preferences')
  await page.getByRole('button', { name: 'Continue with Example Corp' }).waitFor()
  await page.getByLabel('User name').waitFor()
  assert.deepEqual(await pictures(page, 'sign-in-both'), [])
  await isAccessible(erin)
})

test('whoever says no at the provider is told so in words', async () => {
  const { page } = erin
  await page.getByRole('button', { name: 'Continue with Example Corp' }).click()
  await page.getByRole('link', { name: 'Cancel' }).click()
  await page.getByRole('alert').getByText('did not go through').waitFor()
  assert.equal(new URL(page.url()).hash, '')
  await isAccessible(erin)
})

test('the provider leads back to where one was, with a session of a browser', async () => {
  const { page } = erin
  await page.getByRole('button', { name: 'Continue with Example Corp' }).click()
  await isAtProvider(page, 'erin')
  await page.getByRole('heading', { name: 'Preferences' }).waitFor()
  assert.equal(page.url(), `${initech.url}/preferences`)
  assert.equal(await page.evaluate(() => document.cookie), '')
  await page.reload()
  await page.getByText('@erin:').first().waitFor()
  await isAccessible(erin)
})

test('a name that is taken is told in words', async () => {
  const thief = await person(browser, initech)
  await thief.page.goto('/')
  await thief.page.getByRole('button', { name: 'Continue with Example Corp' }).click()
  await isAtProvider(thief.page, 'root')
  await thief.page.getByRole('alert').getByText('has your name already').waitFor()
  await thief.context.close()
})

test('an account at the provider is linked to one that is here, lets in, and is unlinked', async () => {
  const root = await person(browser, initech)
  await signIn(root, 'root', PASSWORD)
  await root.page.goto('/preferences')
  await root.page.getByText('None is linked to yours.').waitFor()
  await root.page.getByRole('button', { name: 'Link an account at Example Corp' }).click()
  const dialog = root.page.getByRole('dialog', { name: 'Accounts at the identity provider' })
  await dialog.getByLabel('Password now').fill('wrong')
  await dialog.getByRole('button', { name: 'Go on' }).click()
  await dialog.getByRole('alert').getByText('The password is wrong').waitFor()
  await isAccessible(root)
  await dialog.getByLabel('Password now').fill(PASSWORD)
  await dialog.getByRole('button', { name: 'Go on' }).click()
  await isAtProvider(root.page, 'ruth')
  await root.page.getByText('From now on you can sign in by your identity provider.').waitFor()
  assert.equal(root.page.url(), `${initech.url}/preferences`)
  const line = root.page.locator('li', { hasText: 'ruth@corp.example' })
  await line.waitFor()
  await isAccessible(root)

  // Another name there, the same account here.
  const elsewhere = await person(browser, initech)
  await elsewhere.page.goto('/preferences')
  await elsewhere.page.getByRole('button', { name: 'Continue with Example Corp' }).click()
  await isAtProvider(elsewhere.page, 'ruth')
  await elsewhere.page.getByText('@root:').first().waitFor()
  await elsewhere.context.close()

  await line.getByRole('button', { name: 'Unlink' }).click()
  await dialog.getByLabel('Password now').fill(PASSWORD)
  await dialog.getByRole('button', { name: 'Go on' }).click()
  await root.page.getByText('None is linked to yours.').waitFor()
  await isAccessible(root)
  await root.context.close()
})

test('a provider that cannot be asked is told in words, and a password still lets in', async () => {
  const root = await person(browser, initech)
  await corp.stop()
  await initech.stop()
  await initech.start()
  await root.page.goto('/')
  await root.page.getByRole('button', { name: 'Continue with Example Corp' }).click()
  await root.page.getByRole('alert').getByText('cannot be reached now').waitFor()
  await signIn(root, 'root', PASSWORD)
  await root.context.close()
  await corp.start()
})

test('a new password with what an admin has handed over', async () => {
  const admin = await initech.token('root', PASSWORD)
  await initech.createUser('frank', 'Frank Fisher', 'member', PASSWORD)
  const { token } = await initech.ask(admin, 'POST', `/v1/admin/participants/${encodeURIComponent(`@frank:${initech.name}`)}/password-reset`)
  const frank = await person(browser, initech)
  await frank.page.goto('/')
  await frank.page.getByRole('button', { name: 'Forgotten your password?' }).click()
  await frank.page.getByLabel('Reset code').fill('wrong')
  await frank.page.getByLabel('New password').fill('staple battery')
  await frank.page.getByRole('button', { name: 'Set the password' }).click()
  await frank.page.getByRole('alert').getByText('never was one').waitFor()
  await isAccessible(frank)
  await frank.page.getByLabel('Reset code').fill(token)
  await frank.page.getByRole('button', { name: 'Set the password' }).click()
  await frank.page.getByText('The new password is set').waitFor()
  await signIn(frank, 'frank', 'staple battery')
  await frank.context.close()
})

test('where only the provider lets in, there is only its button', async () => {
  await initech.stop()
  initech.settings.SCAIWAVE_AUTH_MODE = 'oidc'
  await initech.start()
  const guest = await person(browser, initech, { colorScheme: 'dark' })
  await guest.page.goto('/')
  await guest.page.getByRole('button', { name: 'Continue with Example Corp' }).waitFor()
  assert.equal(await guest.page.getByLabel('Password').count(), 0)
  await isAccessible(guest)
  await guest.context.close()
})
