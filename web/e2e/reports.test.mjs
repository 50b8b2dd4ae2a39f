// Somebody reports a message to the moderators of a room on another server; the host's moderator sees it and settles it.

import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { launch, person, signIn } from './browser.mjs'
import { pictures } from './pictures.mjs'
import { bringIn, PASSWORD, send, sharedRoom, twoServers } from './scene.mjs'

let scene
let browser
let alice
let bob
let plans

before(async () => {
  scene = await twoServers([8771, 8772])
  const { acme, globex, tokens } = scene
  plans = await sharedRoom(scene, 'Launch plans')
  await acme.createUser('mallory', 'Mallory Moss', 'member', PASSWORD)
  const mallory = await acme.token('mallory', PASSWORD)
  await bringIn(acme, tokens.alice, plans, { local: 'mallory', token: mallory })
  await send(acme, mallory, plans, 'Cheap watches, only today!')
  browser = await launch()
  alice = await person(browser, acme)
  bob = await person(browser, globex)
  await signIn(alice, 'alice', PASSWORD)
  await signIn(bob, 'bob', PASSWORD)
  for (const { page } of [alice, bob]) await page.locator('.sidebar').getByRole('link', { name: /Launch plans/ }).click()
})

after(async () => {
  await browser?.close()
  await Promise.all([scene?.acme.remove(), scene?.globex.remove()])
})

const message = (who, text) => who.page.locator('.timeline .message', { hasText: text })

test('a message of somebody else is reported, by keys alone, and it is said to whom', async () => {
  const { page } = bob
  await message(bob, 'Cheap watches').focus()
  await message(bob, 'Cheap watches').getByRole('button', { name: 'More', exact: true }).focus()
  await page.keyboard.press('Enter')
  await page.getByRole('menuitem', { name: 'Report…' }).focus()
  await page.keyboard.press('Enter')
  const dialog = page.getByRole('dialog', { name: 'Report this message' })
  await dialog.getByText(`It goes to ${scene.acme.name}, which hosts this room`).waitFor()
  await dialog.getByText(`They see that somebody of ${scene.globex.name} has reported it, not who.`).waitFor()
  assert.deepEqual(await pictures(page, 'report'), [])
  await dialog.getByRole('radio', { name: 'Spam or advertising' }).focus()
  await page.keyboard.press('Space')
  await page.keyboard.press('Tab')
  await page.keyboard.type('The third one today')
  await page.keyboard.press('Tab')
  await page.keyboard.press('Tab')
  await page.keyboard.press('Enter')
  await dialog.waitFor({ state: 'detached' })
  await page.getByText(`Reported to the moderators at ${scene.acme.name}.`).waitFor()
})

test('where the reports are is said to who asks at another server', async () => {
  const { page } = bob
  await page.locator('.room-head').getByRole('button', { name: 'More about this room' }).click()
  await page.getByRole('menuitem', { name: /Reports/ }).getByText(`They stand at ${scene.acme.name}, before the moderators there.`).waitFor()
  await page.keyboard.press('Escape')
})

test('the moderator at the host is told, sees it, and is led to the message', async () => {
  const { page } = alice
  await page.locator('.places').getByRole('link', { name: 'Mentions' }).click()
  const line = page.locator('.inbox-line', { hasText: 'somebody there has reported a message' })
  await line.getByText(scene.globex.name).waitFor()
  await line.getByRole('link').click()
  const pane = page.getByRole('complementary', { name: 'Reports' })
  await pane.getByText('Spam or advertising').waitFor()
  await pane.getByText(`Somebody of ${scene.globex.name}`).waitFor()
  await pane.getByText('The third one today').waitFor()
  await pane.locator('.report-quote', { hasText: 'Cheap watches' }).getByText('Mallory Moss').waitFor()
  assert.deepEqual(await pictures(page, 'reports'), [])
  await pane.getByRole('button', { name: 'Show in the room' }).click()
  await page.locator('.message-flash', { hasText: 'Cheap watches' }).waitFor()
})

test('what is settled waits no more, and says by whom', async () => {
  const { page } = alice
  const pane = page.getByRole('complementary', { name: 'Reports' })
  await pane.getByRole('button', { name: /^Settle: Spam or advertising/ }).click()
  await pane.getByRole('heading', { name: 'Nothing waits' }).waitFor()
  assert.deepEqual(await pictures(page, 'reports-none', { keep: false }), [])
  await pane.getByLabel('Settled ones too').check()
  await pane.getByText(/^Settled by @alice/).waitFor()
  await page.locator('.places').getByRole('link', { name: 'Mentions' }).click()
  await page.getByRole('heading', { name: 'Nobody has mentioned you yet' }).waitFor()
})

test('a report that comes while one looks stands above; a no is said in the dialog', async () => {
  await alice.page.goBack()
  const pane = alice.page.getByRole('complementary', { name: 'Reports' })
  await pane.getByRole('heading', { name: 'Nothing waits' }).waitFor()
  const { page } = bob
  const open = async () => {
    await message(bob, 'Cheap watches').hover()
    await message(bob, 'Cheap watches').getByRole('button', { name: 'More', exact: true }).click()
    await page.getByRole('menuitem', { name: 'Report…' }).click()
    await page.getByRole('radio', { name: 'Something else' }).check()
  }
  await open()
  await page.getByRole('dialog').getByRole('button', { name: 'Report', exact: true }).click()
  await pane.getByText('Something else').waitFor()
  await page.route('**/report', (route) => route.fulfill({ status: 429, json: { error: { code: 'SW_RATE_LIMIT_EXCEEDED', message: 'too many reports about this room wait for its moderators' } } }))
  await open()
  await page.getByRole('dialog').getByRole('button', { name: 'Report', exact: true }).click()
  await page.getByRole('dialog').getByRole('alert').getByText('Too many reports about this room wait for its moderators.').waitFor()
  assert.deepEqual(await pictures(page, 'report-refused', { keep: false }), [])
  await page.keyboard.press('Escape')
  assert.deepEqual([alice.faults, bob.faults.filter((fault) => !/429/.test(fault))], [[], []])
})

test('what one has written oneself is not reported', async () => {
  const { page } = bob
  await page.locator('.room-main .composer-field').fill('I say nothing')
  await page.keyboard.press('Enter')
  await message(bob, 'I say nothing').hover()
  await message(bob, 'I say nothing').getByRole('button', { name: 'More', exact: true }).click()
  await page.getByRole('menuitem', { name: 'Copy text' }).waitFor()
  assert.equal(await page.getByRole('menuitem', { name: /Report/ }).count(), 0)
})
