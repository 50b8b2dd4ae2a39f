// What waits for somebody across rooms, and the quick ways of hands: lists of what is unread, begun or meant for one,
// commands by name, emoji by code, marks by keys; and a no that is said in the language of who reads it.

import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { launch, person, signIn } from './browser.mjs'
import { pictures } from './pictures.mjs'
import { PASSWORD, send, sharedRoom, twoServers } from './scene.mjs'

let scene
let browser
let alice
let page
let plans
let supper

before(async () => {
  scene = await twoServers([8761, 8762])
  const { acme, globex, tokens } = scene
  await acme.createUser('bo', 'Bo Carlsson', 'member', PASSWORD)
  plans = await sharedRoom(scene, 'Launch plans')
  supper = await sharedRoom(scene, 'Supper')
  browser = await launch()
  alice = await person(browser, acme)
  page = alice.page
  await signIn(alice, 'alice', PASSWORD)
  await send(globex, tokens.bob, plans, 'The first part is done.')
  await globex.ask(tokens.bob, 'POST', `/v1/rooms/${encodeURIComponent(supper.id)}/send`, { content: { body: 'Who cooks, @alice?', mentions: [`@alice:${acme.name}`] } })
})

after(async () => {
  await browser?.close()
  await Promise.all([scene?.acme.remove(), scene?.globex.remove()])
})

const field = () => page.locator('.room-main .composer-field')
const place = (name) => page.locator('.places').getByRole('link', { name })

async function openRoom(name) {
  await page.locator('.sidebar').getByRole('region', { name: 'Rooms' }).getByRole('link', { name }).click()
  await page.getByRole('heading', { name }).waitFor()
}

test('what is unread is listed, and read without being opened', async () => {
  await place(/^Unread/).getByText('2', { exact: true }).waitFor()
  await place(/^Unread/).click()
  const lines = page.locator('.inbox-line')
  await lines.nth(1).waitFor()
  await page.getByText('Who cooks, @alice?').waitFor()
  assert.deepEqual(await pictures(page, 'unread'), [])
  await page.getByRole('button', { name: 'Mark Launch plans as read' }).click()
  await lines.nth(1).waitFor({ state: 'detached' })
  await page.getByRole('button', { name: 'Mark all as read' }).click()
  await page.getByRole('heading', { name: 'Everything is read' }).waitFor()
  await page.locator('.sidebar .pill').waitFor({ state: 'detached' })
  assert.deepEqual(await pictures(page, 'unread-none'), [])
})

test('what was meant for one is kept, and leads to where it was said', async () => {
  await page.keyboard.press('Control+Shift+M')
  await page.getByRole('heading', { name: 'Mentions' }).waitFor()
  // Its address is the page's own: a reload stays there.
  await page.reload()
  const line = page.locator('.inbox-line', { hasText: 'Who cooks' })
  await line.getByText('mentioned you').waitFor()
  assert.deepEqual(await pictures(page, 'mentions'), [])
  await line.getByRole('link').click()
  await page.getByRole('heading', { name: 'Supper' }).waitFor()
  await page.locator('.timeline .message', { hasText: 'Who cooks' }).waitFor()
})

test('what was begun is listed, leads back to its room, and can be thrown away', async () => {
  await field().fill('I do, if somebody brings bread')
  await place(/^Drafts/).click()
  await page.locator('.inbox-line', { hasText: 'if somebody brings bread' }).waitFor()
  assert.deepEqual(await pictures(page, 'drafts'), [])
  await page.locator('.inbox-line').getByRole('link').click()
  await page.getByRole('heading', { name: 'Supper' }).waitFor()
  assert.equal(await field().inputValue(), 'I do, if somebody brings bread')
  await place(/^Drafts/).click()
  await page.getByRole('button', { name: 'Discard the draft for Supper' }).click()
  await page.getByRole('heading', { name: 'No drafts' }).waitFor()
  await place(/^Drafts/).waitFor({ state: 'detached' })
})

test('behind a > stand commands', async () => {
  await page.keyboard.press('Control+k')
  await page.getByRole('combobox').fill('>')
  await page.getByRole('option', { name: 'Mark all as read' }).waitFor()
  assert.deepEqual(await pictures(page, 'palette'), [])
  await page.getByRole('combobox').fill('>dark')
  await page.keyboard.press('Enter')
  await page.waitForFunction(() => document.documentElement.dataset.theme === 'dark')
  await page.keyboard.press('Control+k')
  await page.getByRole('combobox').fill('> system')
  await page.keyboard.press('Enter')
  await page.waitForFunction(() => document.documentElement.dataset.theme === undefined)
  await page.keyboard.press('Control+k')
  await page.getByRole('combobox').fill('>new room')
  await page.keyboard.press('Enter')
  await page.getByRole('dialog', { name: 'New room' }).waitFor()
  await page.keyboard.press('Escape')
  await page.getByRole('dialog').waitFor({ state: 'detached' })
})

test('people are found by name, those from here first, and written to', async () => {
  const { globex } = scene
  await page.keyboard.press('Control+k')
  await page.getByRole('combobox').fill('bo')
  // Who has no room with her yet is found as well as who has one.
  await page.getByRole('option', { name: /Bo Carlsson/ }).waitFor()
  const people = await page.getByRole('option').allInnerTexts()
  assert.deepEqual(people.map((one) => one.split('\n')[0]), ['Bo Carlsson', `Bob Brown:${globex.name}`])
  assert.deepEqual(await pictures(page, 'switcher'), [])
  await page.keyboard.press('Enter')
  // Who has not come in yet is called by their short name there.
  await page.getByRole('heading', { name: 'bo', exact: true }).waitFor()
  await page.keyboard.press('Control+k')
  await page.getByRole('combobox').fill('bob br')
  await page.getByRole('option', { name: /Bob Brown/ }).waitFor()
  await page.keyboard.press('Enter')
  await page.locator('.room-head .server-chip', { hasText: `:${globex.name}` }).waitFor()
  // Now it is a room, and stands there once.
  await page.keyboard.press('Control+k')
  await page.getByRole('combobox').fill(`bob:${globex.name}`)
  await page.getByRole('option').first().waitFor()
  assert.equal(await page.getByRole('option').count(), 1)
  await page.getByRole('combobox').fill('eve:hooli.example')
  await page.getByRole('option', { name: /@eve:hooli.example/ }).waitFor()
  await page.keyboard.press('Enter')
  await page.locator('.toast-bad').waitFor()
  await page.keyboard.press('Control+k')
  await page.getByRole('combobox').fill('qqqq')
  await page.getByText('Nothing matches.').waitFor()
  await page.keyboard.press('Escape')
})

test('an emoji comes by its code, a mark by its key', async () => {
  await openRoom('Supper')
  await field().pressSequentially('Well done :tad')
  await page.getByRole('option', { name: ':tada:' }).waitFor()
  assert.deepEqual(await pictures(page, 'emoji-code'), [])
  await page.keyboard.press('Enter')
  assert.equal(await field().inputValue(), 'Well done 🎉 ')
  await page.keyboard.press('Control+b')
  await page.keyboard.type('all')
  await page.keyboard.press('Control+b')
  assert.equal(await field().inputValue(), 'Well done 🎉 **all**')
  await page.keyboard.press('Enter')
  await page.locator('.timeline .message', { hasText: 'Well done' }).locator('strong', { hasText: 'all' }).waitFor()
})

test('Esc marks what is open as read, wherever one stands in it', async () => {
  for (let n = 1; n <= 60; n += 1) await send(scene.acme, scene.tokens.alice, supper, `Line ${n}`)
  await page.locator('.timeline .message', { hasText: 'Line 60' }).waitFor()
  const timeline = page.locator('.timeline').first()
  await timeline.hover()
  await page.mouse.wheel(0, -900)
  await page.getByRole('button', { name: 'Jump to the latest' }).waitFor()
  await send(scene.globex, scene.tokens.bob, supper, 'Said while she reads further up')
  const unread = page.locator('.side-line-bold', { hasText: 'Supper' })
  await unread.waitFor()
  await page.keyboard.press('Escape')
  await unread.waitFor({ state: 'detached' })
})

test('one room is searched from its header, and everything from there', async () => {
  await openRoom('Launch plans')
  await page.locator('.room-head').getByRole('link', { name: 'Search in this room' }).click()
  await page.getByText('Only in').waitFor()
  await page.getByLabel('Search messages').fill('cooks')
  await page.keyboard.press('Enter')
  await page.getByText('Nothing found.').waitFor()
  await page.getByRole('button', { name: 'Search everywhere' }).click()
  await page.locator('.hit', { hasText: 'Who cooks' }).waitFor()
})

test('a no is said in the language of who reads it', async () => {
  for (const [locale, said] of [['de', /Das gibt es hier nicht|Es gibt niemanden/], ['nl', /Het is hier niet|Er is niemand/]]) {
    await page.evaluate((chosen) => localStorage.setItem('scaiwave.locale', chosen), locale)
    await page.goto(`/rooms/${plans.id}`)
    await page.locator('.frame[data-phase="live"]').waitFor()
    await field().fill('/invite @nobody-of-this-name')
    await field().press('Enter')
    await page.getByRole('alert').getByText(said).waitFor()
    await field().fill('')
  }
  await page.evaluate(() => localStorage.removeItem('scaiwave.locale'))
  assert.deepEqual(alice.faults.filter((fault) => !/status of 400/.test(fault)), [])
})
