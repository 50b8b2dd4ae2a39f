// What was read is there without the server too, over a reload; what is written then is sent once it is back. And whoever signs out leaves nothing.

import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { isDeepStrictEqual } from 'node:util'
import { DESKTOP, launch, person, PHONE, settled, signIn } from './browser.mjs'
import { pictures } from './pictures.mjs'
import { bringIn, PASSWORD, send } from './scene.mjs'
import { Server, until } from './servers.mjs'

/** More lines than are kept of a room. */
const LINES = 60

const acme = new Server('acme.localhost', 8781)
const rooms = {}
let tokens
let browser
let alice
let page

before(async () => {
  await acme.start()
  await acme.createUser('alice', 'Alice Adams', 'admin', PASSWORD)
  await acme.createUser('bob', 'Bob Brown', 'member', PASSWORD)
  tokens = { alice: await acme.token('alice', PASSWORD), bob: await acme.token('bob', PASSWORD) }
  for (const [key, name, room_type] of [['plans', 'Launch plans', 'group'], ['supper', 'Supper', 'group'], ['attic', 'Attic', 'group'], ['secret', 'Between us', 'incognito']]) {
    const room = await acme.ask(tokens.alice, 'POST', '/v1/rooms', { name, room_type })
    await bringIn(acme, tokens.alice, room, { local: 'bob', token: tokens.bob })
    rooms[key] = room
  }
  for (let n = 1; n <= LINES; n += 1) await send(acme, n % 3 ? tokens.bob : tokens.alice, rooms.plans, `Step ${n} of the launch`)
  await send(acme, tokens.bob, rooms.supper, 'Who brings bread?')
  await send(acme, tokens.bob, rooms.attic, 'Mind the third stair')
  await send(acme, tokens.bob, rooms.secret, 'Only here')
  browser = await launch()
  alice = await person(browser, acme)
  page = alice.page
  await signIn(alice, 'alice', PASSWORD)
})

after(async () => {
  await browser?.close()
  await acme.remove()
})

const message = (text) => page.locator('.timeline .message', { hasText: text })
const offline = () => page.getByText(/^Offline\. What you see was read at \d/)

async function openRoom(name) {
  await page.locator('.sidebar').getByRole('link', { name }).click()
  await page.getByRole('heading', { name }).waitFor()
}

async function toTheBeginning() {
  await until(async () => {
    await page.locator('.timeline').evaluate((element) => element.scrollTo(0, 0))
    return (await message('Step 1 of').count()) === 1
  }, 'the beginning does not come')
}

async function write(text) {
  await page.locator('.room-main .composer-field').fill(text)
  await page.keyboard.press('Enter')
  await message(text).waitFor()
}

/** All that the page has in this browser, as text, by where it lies. */
function kept() {
  return page.evaluate(async () => {
    const opened = await new Promise((resolve, reject) => {
      const opening = window.indexedDB.open('scaiwave')
      opening.onsuccess = () => resolve(opening.result)
      opening.onerror = () => reject(opening.error)
    })
    const stores = [...opened.objectStoreNames]
    const reading = opened.transaction(stores)
    const all = (request) => new Promise((resolve) => {
      request.onsuccess = () => resolve(request.result)
    })
    const found = Object.fromEntries(await Promise.all(stores.map(async (name) => [name, JSON.stringify([await all(reading.objectStore(name).getAllKeys()), await all(reading.objectStore(name).getAll())])])))
    opened.close()
    const files = await Promise.all((await window.caches.keys()).map(async (name) => (await (await window.caches.open(name)).keys()).map((request) => new URL(request.url).pathname)))
    return { ...found, files: files.flat() }
  })
}

const NOTHING = { unsent: '[[],[]]', person: '[[],[]]', list: '[[],[]]', rooms: '[[],[]]', files: [] }

test('what is read is kept, but for what is said between us, and what was deleted', async () => {
  await openRoom('Between us')
  await message('Only here').waitFor()
  await openRoom('Supper')
  await message('Who brings bread?').waitFor()
  await openRoom('Launch plans')
  await message(`Step ${LINES} of`).waitFor()
  const wrong = await send(acme, tokens.bob, rooms.plans, 'The wrong price')
  await until(async () => (await kept()).rooms.includes('The wrong price'), 'the message is not kept')
  await acme.ask(tokens.bob, 'POST', `/v1/rooms/${rooms.plans.id}/events/${wrong.id}/redact`, {})
  await until(async () => !(await kept()).rooms.includes('The wrong price'), 'the deleted message is still kept')
  await until(async () => (await kept()).files.includes('/'), 'the page is not kept')
  const found = await kept()
  assert.match(found.rooms, /Who brings bread/)
  assert.match(found.rooms, /Step 60 of/)
  assert.match(found.list, /Attic/)
  assert.doesNotMatch(JSON.stringify(found), /Only here|Between us/)
})

test('what was deleted while the page was closed is not kept either, though nobody opens the room', async () => {
  const late = await send(acme, tokens.bob, rooms.supper, 'My number is 555')
  await until(async () => (await kept()).list.includes('My number is 555'), 'the message is not kept')
  await until(async () => (await kept()).rooms.includes('My number is 555'), 'the message is not kept')
  await page.goto('about:blank')
  await acme.ask(tokens.bob, 'POST', `/v1/rooms/${rooms.supper.id}/events/${late.id}/redact`, {})
  await page.goto('/')
  await page.locator('.frame[data-phase="live"]').waitFor()
  await until(async () => !JSON.stringify(await kept()).includes('My number is 555'), 'the deleted message is still kept')
  await until(async () => (await kept()).rooms.includes('Who brings bread?'), 'the room is not read again')
})

test('without the server, what was read is there', async () => {
  await openRoom('Launch plans')
  await message(`Step ${LINES} of`).waitFor()
  await toTheBeginning()
  await until(async () => (await kept()).rooms.includes('"older":"cut"'), 'what was read above is not cut off')
  assert.doesNotMatch((await kept()).rooms, /Step 2 of/)
  await acme.stop()
  await page.getByText('No connection').waitFor()
  await page.reload()
  await offline().waitFor()
  await message(`Step ${LINES} of`).waitFor()
  await write('Sent from a tunnel')
  await message('Sent from a tunnel').getByRole('img', { name: 'Sending' }).waitFor()
  assert.deepEqual(await pictures(page, 'offline'), [])
  // Who is at the end stays there, whatever becomes of the window: a phone is turned, a keyboard comes up.
  for (const viewport of [PHONE, DESKTOP, { width: 390, height: 480 }, DESKTOP]) {
    await page.setViewportSize(viewport)
    await settled(page)
    assert.equal(await page.locator('.latest').count(), 0, `the end is out of sight at ${viewport.width} × ${viewport.height}`)
  }
  await page.locator('.timeline').evaluate((element) => element.scrollTo(0, 0))
  await page.getByText('What was said before is not kept').waitFor()
  await openRoom('Supper')
  await message('Who brings bread?').waitFor()
  await page.getByRole('button', { name: 'Members: 2' }).click()
  await page.getByRole('complementary', { name: 'Members' }).getByText('Bob Brown').waitFor()
  // What only the server can do says why it is not done.
  await page.locator('.places').getByRole('link', { name: /^Unread/ }).click()
  await page.getByRole('button', { name: 'Mark all as read' }).click()
  await page.locator('.toast').getByText('There is no connection to the server').waitFor()
})

test('a room that was not read says so, and can be written in', async () => {
  await openRoom('Attic')
  await page.getByText('This room was not read on this device before').waitFor()
  await write('Who is upstairs?')
  assert.equal(await page.getByRole('alert').count(), 0)
  assert.deepEqual(await pictures(page, 'offline-not-read', { keep: false }), [])
  // Part of the page that was never loaded says so too.
  await page.getByRole('link', { name: 'Settings' }).click()
  await page.getByText('This part of the page is not on this device yet').waitFor()
  assert.deepEqual(await pictures(page, 'offline-part', { keep: false }), [])
  await page.goto(`/rooms/${rooms.secret.id}`)
  await page.getByText('It is not kept on this device').waitFor()
  await page.goto(`/rooms/${rooms.attic.id}`)
  await message('Who is upstairs?').waitFor()
})

test('when the server is back, the page goes on where it is, and what was written arrives once', async () => {
  await openRoom('Launch plans')
  const timeline = page.locator('.timeline')
  await message('Sent from a tunnel').waitFor()
  await timeline.evaluate((element) => element.scrollTo(0, 300))
  await page.evaluate(() => {
    window.sameAsBefore = true
  })
  await acme.start()
  await send(acme, tokens.bob, rooms.supper, 'I bring bread')
  await page.locator('.frame[data-phase="live"]').waitFor({ timeout: 60_000 })
  await offline().waitFor({ state: 'detached' })
  const arrived = async (room, text) => (await acme.ask(tokens.bob, 'GET', `/v1/rooms/${room.id}/messages`)).filter((event) => event.content.body === text).length
  await until(async () => (await arrived(rooms.plans, 'Sent from a tunnel')) + (await arrived(rooms.attic, 'Who is upstairs?')) === 2, 'what was written does not arrive')
  assert.equal(await page.evaluate(() => window.sameAsBefore), true)
  assert.equal(await timeline.evaluate((element) => element.scrollTop > 0 && element.scrollTop < element.scrollHeight - element.clientHeight), true, 'the place is lost')
  await message('Sent from a tunnel').getByRole('img', { name: 'Sending' }).waitFor({ state: 'detached' })
  assert.equal(await message('Sent from a tunnel').count(), 1)
  // What was cut off comes when somebody scrolls there.
  await toTheBeginning()
  await openRoom('Supper')
  await message('I bring bread').waitFor()
  await openRoom('Attic')
  await message('Mind the third stair').waitFor()
  await message('Who is upstairs?').waitFor()
  assert.equal(await message('Who is upstairs?').count(), 1)
  assert.deepEqual([await arrived(rooms.plans, 'Sent from a tunnel'), await arrived(rooms.attic, 'Who is upstairs?')], [1, 1])
})

test('a session that ended meanwhile leads to the sign-in, and nothing stays', async () => {
  await until(async () => (await kept()).unsent === NOTHING.unsent, 'something waits still')
  await until(async () => (await kept()).rooms.includes('Mind the third stair'), 'the room is not kept')
  await alice.context.setOffline(true)
  await page.reload()
  await offline().waitFor()
  await message('Mind the third stair').waitFor()
  for (const session of await acme.ask(tokens.alice, 'GET', '/v1/me/sessions')) if (!session.current) await acme.ask(tokens.alice, 'DELETE', `/v1/me/sessions/${session.id}`)
  await alice.context.setOffline(false)
  await page.getByLabel('User name').waitFor()
  await until(async () => isDeepStrictEqual(await kept(), NOTHING), 'something is still kept')
})

test('whoever signs out leaves nothing, also when the server cannot be told', async () => {
  await signIn(alice, 'alice', PASSWORD)
  await openRoom('Supper')
  await message('I bring bread').waitFor()
  await until(async () => (await kept()).rooms.includes('I bring bread') && (await kept()).files.includes('/'), 'nothing is kept')
  await acme.stop()
  await page.getByText('No connection').waitFor()
  await write('Nobody reads this')
  await page.getByRole('button', { name: /^You:/ }).click()
  await page.getByRole('menuitem', { name: 'Sign out' }).click()
  const sure = page.getByRole('dialog', { name: 'Sign out?' })
  await sure.getByText('1 message was not sent yet').waitFor()
  await sure.getByRole('button', { name: 'Sign out' }).click()
  await page.locator('.sign-in').waitFor()
  await until(async () => isDeepStrictEqual(await kept(), NOTHING), 'something is still kept')
  await acme.start()
  await page.goto('/')
  await page.getByLabel('User name').waitFor()
  assert.deepEqual(await alice.context.cookies(), [])
  assert.deepEqual(alice.faults, [])
})
