// What everybody must be able to do, whatever hands, eyes and language they have: everything with the keyboard,
// at twice the size, with names written from right to left, and with nothing for axe-core to find on any screen.

import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { DESKTOP, findings, launch, person } from './browser.mjs'
import { overflow, pictures } from './pictures.mjs'
import { bringIn, PASSWORD, send, sharedRoom, twoServers } from './scene.mjs'

/** Half of `DESKTOP`: what a window of that size shows at 200 %. */
const DOUBLED = { width: 720, height: 450 }
const HEBREW = 'תוכניות השקה'
const ARABIC = 'ليلى حداد'
/** Would turn what follows around. */
const TRICK = 'Mallory \u202Egpj.exe'

let scene
let browser
let alice
let page
let plans
let hebrew

before(async () => {
  scene = await twoServers([8751, 8752])
  const { acme, globex, tokens } = scene
  await acme.createUser('layla', ARABIC, 'member', PASSWORD)
  plans = await sharedRoom(scene, 'Launch plans')
  hebrew = await sharedRoom(scene, HEBREW)
  await send(acme, tokens.alice, plans, 'Welcome! The plan is in **three parts**.')
  await send(globex, tokens.bob, plans, 'Thank you. The first part is done.')
  const layla = await acme.token('layla', PASSWORD)
  await bringIn(acme, tokens.alice, hebrew, { local: 'layla', token: layla })
  await send(acme, layla, hebrew, 'مرحبا @alice، الخطة في ثلاثة أجزاء (3).')
  await send(globex, tokens.bob, hebrew, 'שלום, and hello')
  browser = await launch()
  alice = await person(browser, acme, { viewport: DESKTOP })
  page = alice.page
})

after(async () => {
  await browser?.close()
  await Promise.all([scene?.acme.remove(), scene?.globex.remove()])
})

/** Presses a key until the focus is where it should be; a person would give up long before the last try. */
async function pressUntil(key, isThere, otherwise) {
  for (let tries = 0; tries < 40; tries += 1) {
    if (await page.evaluate(isThere)) return
    await page.keyboard.press(key)
  }
  assert.fail(`${key} does not lead to ${otherwise}: the focus is in ${await page.evaluate(() => document.activeElement?.outerHTML.slice(0, 120))}`)
}

const inComposer = () => document.activeElement?.matches('.room-main .composer-field') ?? false
const inTimeline = () => document.activeElement?.closest('.timeline') !== null

/** From the message that has the focus to one of its buttons. */
async function toButton(label) {
  for (let tries = 0; tries < 30; tries += 1) {
    if ((await page.evaluate(() => document.activeElement?.getAttribute('aria-label'))) === label) return
    await page.keyboard.press('Tab')
  }
  assert.fail(`Tab does not lead to ${label}`)
}

test('the keyboard alone: sign in, jump, write, react, reply, go through the parts of the page', async () => {
  await page.goto('/')
  await page.getByLabel('User name').waitFor()
  await pressUntil('Tab', () => document.activeElement?.getAttribute('name') === 'username', 'the user name')
  await page.keyboard.type('alice')
  await pressUntil('Tab', () => document.activeElement?.getAttribute('type') === 'password', 'the password')
  await page.keyboard.type(PASSWORD)
  await page.keyboard.press('Enter')
  await page.locator('.frame[data-phase="live"]').waitFor()

  await page.keyboard.press('Control+k')
  await page.getByRole('combobox').waitFor()
  await page.keyboard.type('launch')
  await page.keyboard.press('Enter')
  await page.getByRole('heading', { name: 'Launch plans' }).waitFor()
  await page.locator('.timeline .message', { hasText: 'The first part is done' }).waitFor()

  await pressUntil('F6', inComposer, 'the field to write in')
  await page.keyboard.type('Written with the keyboard alone')
  await page.keyboard.press('Enter')
  const own = page.locator('.timeline .message', { hasText: 'Written with the keyboard alone' })
  await own.waitFor()

  await pressUntil('F6', inTimeline, 'the messages')
  await pressUntil('ArrowUp', () => document.activeElement?.textContent?.includes('The first part is done') && document.activeElement.matches('.message'), 'the message of the other server')
  await toButton('React: 👍')
  await page.keyboard.press('Enter')
  await page.locator('.timeline .message', { hasText: 'The first part is done' }).getByRole('button', { name: '👍 1' }).waitFor()

  await toButton('Reply')
  await page.keyboard.press('Enter')
  await page.waitForFunction(inComposer)
  await page.keyboard.type('A reply without a mouse')
  await page.keyboard.press('Enter')
  await page.locator('.timeline .message', { hasText: 'A reply without a mouse' }).locator('.quote').getByText('Bob Brown').waitFor()

  await pressUntil('F6', inTimeline, 'the messages')
  await pressUntil('ArrowUp', () => document.activeElement?.textContent?.includes('The first part is done') && document.activeElement.matches('.message'), 'the message of the other server')
  await toButton('Reply in thread')
  await page.keyboard.press('Enter')
  await page.getByRole('complementary', { name: 'Thread' }).waitFor()
  await page.keyboard.press('Escape')
  await page.getByRole('complementary', { name: 'Thread' }).waitFor({ state: 'detached' })

  // F6 goes around: the list of rooms, the messages, the field, and the list again.
  await pressUntil('F6', () => document.activeElement?.closest('#sidebar') !== null, 'the rooms')
  await page.keyboard.press('F6')
  assert.equal(await page.evaluate(inTimeline), true)
  await page.keyboard.press('F6')
  assert.equal(await page.evaluate(inComposer), true)
  assert.deepEqual(alice.faults, [])
})

const SCREENS = [
  ['rooms', '/', '.sidebar'],
  ['room', () => `/rooms/${plans.id}`, '.timeline .message'],
  ['room-names', () => `/rooms/${hebrew.id}`, '.timeline .message'],
  ['invitations', '/invitations', 'main'],
  ['search', '/search', 'main input'],
  ['preferences', '/preferences', '.settings-part'],
  ['admin', '/admin', '.facts-wide'],
  ['admin-peers', '/admin/peers', '.peer'],
  ['admin-policy', '/admin/policy', '#policy-allowed'],
  ['admin-rooms', '/admin/rooms', '.peer'],
  ['admin-people', '/admin/people', '.account'],
  ['admin-refused', '/admin/refused', '.settings-list'],
  ['admin-keys', '/admin/keys', '.badge-good'],
  ['admin-audit', '/admin/audit', '.settings-list li'],
  ['admin-health', '/admin/health', '.charts'],
]

async function open([, path, shows]) {
  await page.goto(typeof path === 'function' ? path() : path)
  await page.locator('.frame[data-phase="live"]').waitFor()
  await page.locator(shows).first().waitFor({ state: 'attached' })
}

test('at 200 % nothing must be scrolled sideways, and axe-core finds nothing', async () => {
  await page.setViewportSize(DOUBLED)
  const wrong = []
  for (const screen of SCREENS) {
    await open(screen)
    wrong.push(...[...(await overflow(page)), ...(await findings(page))].map((one) => `${screen[0]}: ${one}`))
  }
  await page.setViewportSize(DESKTOP)
  assert.deepEqual(wrong, [])
})

test('names from right to left stay in their place, and turn nothing around them', async () => {
  // A name that would reverse what stands after it is refused before anybody sees it.
  await assert.rejects(scene.acme.ask(scene.tokens.alice, 'PUT', '/v1/me', { display_name: TRICK }), /SW_BAD_REQUEST/)
  await open(SCREENS[2])
  const message = page.locator('.timeline .message', { hasText: 'الخطة' })
  const name = await message.locator('.message-head bdi').first().boundingBox()
  const time = await message.locator('.message-head time').boundingBox()
  assert.ok(name.x < time.x, 'the name of the author stands before the time')
  // What an author writes is laid out by its own direction.
  assert.equal(await message.locator('.message-body').evaluate((body) => getComputedStyle(body.querySelector('p, div') ?? body).direction), 'rtl')
  for (const text of [HEBREW, ARABIC]) {
    const isolated = await page.locator('bdi', { hasText: text }).first().evaluate((element) => getComputedStyle(element).unicodeBidi)
    assert.match(isolated, /isolate/)
  }
})

test('the page itself from right to left: nothing is cut off', async () => {
  const wrong = []
  for (const screen of SCREENS) {
    await open(screen)
    await page.evaluate(() => {
      document.documentElement.dir = 'rtl'
    })
    wrong.push(...(await overflow(page)).map((one) => `${screen[0]}: ${one}`))
  }
  await page.reload()
  assert.deepEqual(wrong, [])
})

test('pictures of every screen in both themes, wide and narrow; axe-core finds nothing on any', async () => {
  const wrong = []
  // The console's pictures are taken where its story is told, the room's where two people write to each other.
  for (const screen of SCREENS.filter(([name]) => !name.startsWith('admin'))) {
    await open(screen)
    wrong.push(...await pictures(page, screen[0], { keep: screen[0] !== 'room' }))
  }
  await open(SCREENS[1])
  for (const [name, keys, role] of [['switcher', 'Control+k', 'dialog'], ['shortcuts', 'Control+/', 'dialog']]) {
    await page.keyboard.press(keys)
    await page.getByRole(role).waitFor()
    wrong.push(...await pictures(page, name))
    await page.keyboard.press('Escape')
  }
  const stranger = await person(browser, scene.acme, { viewport: DESKTOP })
  await stranger.page.goto('/')
  await stranger.page.getByLabel('User name').waitFor()
  wrong.push(...await pictures(stranger.page, 'sign-in'))
  assert.deepEqual(wrong, [])
  assert.deepEqual([alice.faults, stranger.faults], [[], []])
})
