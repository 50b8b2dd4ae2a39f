// A long room and two colleagues: jumping about in it, what is pinned, what a room is, and commands. The tests are
// chapters of one story and run in order.

import assert from 'node:assert/strict'
import { createHmac } from 'node:crypto'
import { after, before, test } from 'node:test'
import { DESKTOP, findings, launch, person, PHONE, signIn } from './browser.mjs'
import { picture, pictures } from './pictures.mjs'
import { Server, until } from './servers.mjs'

const PASSWORD = 'correct horse battery'
/** More than a page of the API, and more than the browser draws at once. */
const MESSAGES = 320

const hooli = new Server('hooli.localhost', 8751)
let browser
let dana
let room
let ids

before(async () => {
  await hooli.start()
  await hooli.createUser('dana', 'Dana Diaz', 'admin', PASSWORD)
  await hooli.createUser('eli', 'Eli Evans', 'member', PASSWORD)
  const token = await hooli.token('dana', PASSWORD)
  room = await hooli.ask(token, 'POST', '/v1/rooms', { name: 'Archive of the voyage', room_type: 'group', federate: true, topic: 'Day by day' })
  await hooli.ask(token, 'POST', `/v1/rooms/${room.id}/invite`, { participant_id: `@eli:${hooli.name}` })
  ids = []
  for (let n = 1; n <= MESSAGES; n += 1) {
    const event = await hooli.ask(token, 'POST', `/v1/rooms/${room.id}/send`, { content: { body: n === 12 ? 'A lighthouse in the fog' : `Day ${n}: all well` } })
    ids.push(event.id)
  }
  const eli = await hooli.token('eli', PASSWORD)
  await hooli.ask(eli, 'POST', `/v1/me/invitations/${room.id}/accept`)
  browser = await launch()
  dana = await person(browser, hooli)
  await signIn(dana, 'dana', PASSWORD)
})

after(async () => {
  await browser?.close()
  await hooli.remove()
})

async function isAccessible({ page, faults }) {
  assert.deepEqual(await findings(page), [])
  assert.deepEqual(faults, [])
}

function message(who, text) {
  return who.page.locator('.timeline .message', { hasText: text })
}

async function isInView(locator) {
  await locator.waitFor()
  await locator.page().waitForFunction((element) => {
    const { top, bottom } = element.getBoundingClientRect()
    return bottom > 0 && top < innerHeight
  }, await locator.elementHandle())
}

/** What an app would show for a secret now (RFC 6238). */
function totp(secret) {
  const bits = [...secret].map((letter) => 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'.indexOf(letter).toString(2).padStart(5, '0')).join('')
  const key = Buffer.from(bits.match(/.{8}/g).map((byte) => parseInt(byte, 2)))
  const counter = Buffer.alloc(8)
  counter.writeBigUInt64BE(BigInt(Math.floor(Date.now() / 30_000)))
  const mac = createHmac('sha1', key).update(counter).digest()
  const number = mac.readUInt32BE(mac[19] & 15) & 0x7fffffff
  return String(number % 1_000_000).padStart(6, '0')
}

async function look({ page, faults }, name) {
  assert.deepEqual(await pictures(page, name), [])
  assert.deepEqual(faults, [])
}

test('a message found by search is shown where it stands, and one goes on from there both ways', async () => {
  const { page } = dana
  await page.getByRole('link', { name: 'Search', exact: true }).click()
  await page.getByLabel('Search messages').fill('lighthouse')
  await page.getByLabel('Search messages').press('Enter')
  await page.locator('.hit').first().click()
  await isInView(message(dana, 'A lighthouse in the fog'))
  // Whoever uses keys goes on from there.
  await page.waitForFunction((id) => document.activeElement?.id === id, `m-${ids[11]}`)
  await isAccessible(dana)
  await picture(page, 'jump-desktop-light')
  // Down to the end, page by page: every day is there, once, and never more than the window is drawn.
  const seen = new Set()
  const timeline = page.locator('#timeline')
  for (let n = 0; n < 200 && !seen.has(`Day ${MESSAGES}: all well`); n += 1) {
    const texts = await page.locator('.timeline .message-body').allTextContents()
    assert.ok(texts.length <= 200, `${texts.length} are drawn`)
    assert.equal(new Set(texts).size, texts.length, 'one is drawn twice')
    texts.forEach((text) => seen.add(text))
    await timeline.evaluate((element) => element.scrollBy(0, element.clientHeight * 0.9))
    await page.evaluate(() => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve))))
  }
  const missing = Array.from({ length: MESSAGES }, (_, n) => `Day ${n + 1}: all well`).filter((text) => text !== 'Day 12: all well' && !seen.has(text))
  assert.deepEqual(missing, [])
})

test('from far back one word leads to the newest, and what is written meanwhile is not lost', async () => {
  const { page } = dana
  await page.goto(`/rooms/${room.id}?event=${ids[11]}`)
  await isInView(message(dana, 'A lighthouse in the fog'))
  const eli = await hooli.token('eli', PASSWORD)
  await hooli.ask(eli, 'POST', `/v1/rooms/${room.id}/send`, { content: { body: 'Land ahead!' } })
  await page.getByRole('button', { name: /new$|Jump to the latest/ }).click()
  await isInView(message(dana, 'Land ahead!'))
  // Whoever writes far back is led to the end as well.
  await page.goto(`/rooms/${room.id}?event=${ids[11]}`)
  await isInView(message(dana, 'A lighthouse in the fog'))
  await page.locator('.room-main .composer-field').fill('At last')
  await page.locator('.room-main .composer-field').press('Enter')
  await isInView(message(dana, 'At last'))
  await isAccessible(dana)
})

test('what matters is pinned, found again, and taken away', async () => {
  const { page } = dana
  await page.goto(`/rooms/${room.id}?event=${ids[11]}`)
  await message(dana, 'lighthouse').hover()
  await message(dana, 'lighthouse').getByRole('button', { name: 'More', exact: true }).click()
  await page.getByRole('menuitem', { name: 'Pin for everybody' }).click()
  await page.getByRole('button', { name: 'Pinned messages: 1' }).click()
  const pane = page.getByRole('complementary', { name: 'Pinned messages' })
  await pane.getByText('A lighthouse in the fog').waitFor()
  await page.getByRole('button', { name: /new$|Jump to the latest/ }).click()
  await isInView(message(dana, 'At last'))
  await look(dana, 'pins')
  await pane.getByRole('button', { name: 'Show in the room' }).click()
  await isInView(message(dana, 'A lighthouse in the fog'))
  // A colleague without rights sees it, and why they cannot take it away.
  const eli = await person(browser, hooli)
  await signIn(eli, 'eli', PASSWORD)
  await eli.page.goto(`/rooms/${room.id}?event=${ids[11]}`)
  await message(eli, 'lighthouse').hover()
  await message(eli, 'lighthouse').getByRole('button', { name: 'More', exact: true }).click()
  await eli.page.getByRole('menuitem', { name: /Take the pin away/ }).getByText('needs more rights').waitFor()
  await pane.getByRole('button', { name: 'Take the pin away' }).click()
  await pane.getByText('Nothing is pinned here').waitFor()
  await eli.page.getByRole('button', { name: /^Pinned messages/ }).waitFor({ state: 'detached' })
  assert.deepEqual(eli.faults, [])
  await eli.context.close()
})

test('what a room is, what one hears of it, and what its owners decide', async () => {
  const { page } = dana
  await page.getByRole('button', { name: 'More about this room' }).click()
  await page.getByRole('menuitem', { name: 'About this room' }).click()
  const pane = page.getByRole('complementary', { name: 'About this room' })
  await pane.getByText('2 members').waitFor()
  await pane.getByLabel('Sound').selectOption('1h')
  await pane.getByLabel('Sound').locator('option', { hasText: 'Silent until' }).first().waitFor({ state: 'attached' })
  await page.locator('.sidebar .side-line-muted', { hasText: 'Archive of the voyage' }).waitFor()
  await pane.getByLabel('Sound').selectOption('')
  await page.locator('.sidebar .side-line-muted').waitFor({ state: 'detached' })
  await pane.getByLabel('Who may write').selectOption('50')
  await pane.getByRole('button', { name: 'Save' }).click()
  await page.getByText('Saved.').waitFor()
  await look(dana, 'details')
  const token = await hooli.token('dana', PASSWORD)
  const settings = await hooli.ask(token, 'GET', `/v1/rooms/${room.id}/settings`)
  assert.equal(settings.levels['swp.room.message'], 50)
  await hooli.ask(token, 'PUT', `/v1/rooms/${room.id}/settings`, { levels: {} })
  await page.keyboard.press('Escape')
  await pane.waitFor({ state: 'detached' })
})

test('commands do what they say, and one that there is not is told', async () => {
  const { page } = dana
  const field = page.locator('.room-main .composer-field')
  await field.pressSequentially('/to')
  await page.getByRole('option', { name: /topic/ }).waitFor()
  await isAccessible(dana)
  await field.press('Enter')
  await field.pressSequentially('Home again')
  await field.press('Enter')
  await page.locator('.room-topic', { hasText: 'Home again' }).waitFor()
  await field.fill('/frobnicate now')
  await field.press('Enter')
  await page.getByRole('alert').getByText('There is no command /frobnicate').waitFor()
  assert.equal(await field.inputValue(), '/frobnicate now')
  await isAccessible(dana)
  await field.fill('/invite nobody at all')
  await field.press('Enter')
  await page.getByRole('alert').getByText('Whom?').waitFor()
  await field.fill('/me drops the anchor')
  await field.press('Enter')
  await page.locator('.message-does', { hasText: 'Dana Diaz' }).getByText('drops the anchor').waitFor()
  await field.fill('/shrug')
  await field.press('Enter')
  await message(dana, '¯\\_(ツ)_/¯').waitFor()
  await field.fill('//topic is a command')
  await field.press('Enter')
  await message(dana, '/topic is a command').waitFor()
  await field.fill('/help')
  await field.press('Enter')
  await page.getByRole('dialog', { name: 'Commands' }).waitFor()
  await isAccessible(dana)
  await page.keyboard.press('Escape')
  await field.fill('/leave')
  await field.press('Enter')
  await page.getByRole('dialog').getByText('Leave Archive of the voyage?').waitFor()
  await page.keyboard.press('Escape')
})

test('on a phone the side is all that there is, and closed it leads back to where one was', async () => {
  const { page } = dana
  await page.goto(`/rooms/${room.id}`)
  await page.locator('.timeline .message').first().waitFor()
  await page.setViewportSize(PHONE)
  const within = (selector) => page.waitForFunction((where) => document.activeElement?.closest(where) !== null, selector)
  await page.getByRole('button', { name: 'More about this room' }).click()
  await page.getByRole('menuitem', { name: 'About this room' }).click()
  await within('#pane')
  // Nobody gets behind it, however often they press Tab or F6.
  for (const key of [...Array.from({ length: 25 }, () => 'Tab'), 'F6', 'F6', 'F6']) {
    await page.keyboard.press(key)
    assert.equal(await page.evaluate(() => document.activeElement?.closest('.room-main')), null)
  }
  await isAccessible(dana)
  await page.locator('#pane .pane-head button').focus()
  await page.keyboard.press('Escape')
  await page.waitForFunction(() => document.activeElement?.getAttribute('aria-label') === 'More about this room')
  await page.setViewportSize(DESKTOP)
})

test('what a message answers is shown, wherever it stands, as long as it is there', async () => {
  const { page } = dana
  const eli = await hooli.token('eli', PASSWORD)
  const reply = async (body, to) => hooli.ask(eli, 'POST', `/v1/rooms/${room.id}/send`, { content: { body, reply_to_event_id: to } })
  await reply('I saw it too', ids[11])
  await page.goto(`/rooms/${room.id}`)
  const quote = message(dana, 'I saw it too').locator('.quote')
  await quote.getByText('A lighthouse in the fog').waitFor()
  await isAccessible(dana)
  await picture(page, 'quote-desktop-light')
  await quote.click()
  await isInView(page.locator(`#m-${ids[11]}`))
  // Changed and deleted elsewhere, it says so here, far from where it stands.
  const token = await hooli.token('dana', PASSWORD)
  await page.goto(`/rooms/${room.id}`)
  await quote.getByText('A lighthouse in the fog').waitFor()
  await hooli.ask(token, 'POST', `/v1/rooms/${room.id}/events/${ids[11]}/redact`, {})
  await quote.getByText('Message deleted').waitFor()
  // An answer of the server that there is none.
  await page.route('**/messages?around=*', (route) => route.fulfill({ status: 404, json: { error: { code: 'SW_EVENT_NOT_FOUND', message: 'no such event' } } }))
  await page.goto(`/rooms/${room.id}`)
  await quote.getByText('This message is no longer available').waitFor()
  await isAccessible(dana)
  await page.unroute('**/messages?around=*')
})

test('what is begun on one device is gone on with on another, and what is whispered stays on its own', async () => {
  const token = await hooli.token('dana', PASSWORD)
  const told = async () => JSON.stringify((await hooli.ask(token, 'GET', '/v1/me/preferences')).client)
  const hears = (who, text) => until(async () => (await who.page.locator('.room-main .composer-field').inputValue()) === text, `"${text}" did not come`)
  const field = dana.page.locator('.room-main .composer-field')
  const elsewhere = await person(browser, hooli)
  await signIn(elsewhere, 'dana', PASSWORD)
  await elsewhere.page.goto(`/rooms/${room.id}`)
  const other = elsewhere.page.locator('.room-main .composer-field')
  await other.waitFor()
  await dana.page.goto(`/rooms/${room.id}`)
  await field.fill('Half a sentence')
  await hears(elsewhere, 'Half a sentence')
  // Nothing is put into what somebody writes just now; it is there when they have left it.
  const heard = dana.page.waitForResponse(async (response) => response.request().method() === 'GET' && response.url().endsWith('/v1/me/preferences') && (await response.text()).includes('gone on with'))
  await other.fill('Half a sentence, gone on with')
  await (await heard).finished()
  assert.equal(await field.inputValue(), 'Half a sentence')
  await field.blur()
  await hears(dana, 'Half a sentence, gone on with')
  await other.press('Enter')
  await message(elsewhere, 'Half a sentence, gone on with').waitFor()
  await hears(dana, '')
  // After a reload, and in a thread.
  await message(dana, 'Half a sentence, gone on with').hover()
  await message(dana, 'Half a sentence, gone on with').getByRole('button', { name: 'Reply in thread' }).click()
  await dana.page.locator('.pane .composer-field').fill('Said aside')
  await until(async () => (await told()).includes('Said aside'), 'the draft of the thread was not told')
  await elsewhere.page.goto(new URL(dana.page.url()).pathname + new URL(dana.page.url()).search)
  await until(async () => (await elsewhere.page.locator('.pane .composer-field').inputValue()) === 'Said aside', 'the draft of the thread did not come')

  const secret = await hooli.ask(token, 'POST', '/v1/rooms', { name: 'Whispers', room_type: 'incognito' })
  await dana.page.goto(`/rooms/${secret.id}`)
  await field.fill('Nobody else hears this')
  await dana.page.goto(`/rooms/${room.id}`)
  await field.fill('Everybody may hear this')
  await until(async () => (await told()).includes('Everybody may hear this'), 'the draft was not told')
  assert.ok(!(await told()).includes('Nobody else'))
  await dana.page.goto(`/rooms/${secret.id}`)
  assert.equal(await field.inputValue(), 'Nobody else hears this')
  assert.deepEqual([dana.faults, elsewhere.faults], [[], []])
  await elsewhere.context.close()
})

test('a second factor, a token for a program, and signing in with a code', async () => {
  const { page } = dana
  await page.goto('/preferences')
  await page.getByRole('button', { name: 'Turn on' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByLabel('Password now').fill('wrong')
  await dialog.getByRole('button', { name: 'Go on' }).click()
  await dialog.getByRole('alert').getByText('The password is wrong').waitFor()
  await dialog.getByLabel('Password now').fill(PASSWORD)
  await dialog.getByRole('button', { name: 'Go on' }).click()
  await dialog.getByRole('img', { name: 'QR code for the app' }).waitFor()
  await look(dana, 'second-factor')
  const secret = (await dialog.locator('.secret').textContent()).replaceAll(' ', '')
  await dialog.getByLabel('The code that the app shows now').fill(totp(secret))
  await dialog.getByRole('button', { name: 'Turn on' }).click()
  await dialog.locator('.recovery code').first().waitFor()
  const codes = await dialog.locator('.recovery code').allTextContents()
  assert.equal(codes.length, 10)
  await isAccessible(dana)
  await dialog.getByRole('button', { name: 'I have kept them' }).click()
  await page.getByText('10 recovery codes are left').waitFor()

  await page.getByRole('button', { name: 'New token' }).click()
  await dialog.getByLabel('What is it for?').fill('The build bot')
  await dialog.getByRole('button', { name: 'Make the token' }).click()
  const token = await dialog.locator('.secret').textContent()
  assert.equal((await hooli.ask(token, 'GET', '/v1/me')).fqid, `@dana:${hooli.name}`)
  await isAccessible(dana)
  await dialog.getByRole('button', { name: 'I have kept them' }).click()
  await page.getByRole('button', { name: 'Revoke The build bot' }).click()
  await page.getByText('There are none.').waitFor()
  await assert.rejects(hooli.ask(token, 'GET', '/v1/me'), /401/)

  // Elsewhere: the password alone does not let in, a recovery code does.
  const elsewhere = await person(browser, hooli)
  await elsewhere.page.goto('/')
  await elsewhere.page.getByLabel('User name').fill('dana')
  await elsewhere.page.getByLabel('Password').fill(PASSWORD)
  await elsewhere.page.getByRole('button', { name: 'Sign in' }).click()
  await elsewhere.page.getByLabel('Code of your app').fill(codes[0])
  await isAccessible(elsewhere)
  await elsewhere.page.getByRole('button', { name: 'Sign in' }).click()
  await elsewhere.page.locator('.frame[data-phase="live"]').waitFor()
  await elsewhere.context.close()

  await page.getByRole('button', { name: 'Turn off' }).click()
  await dialog.getByLabel('Password now').fill(PASSWORD)
  await dialog.getByRole('button', { name: 'Go on' }).click()
  await page.getByRole('button', { name: 'Turn on' }).waitFor()
  await isAccessible(dana)
})
