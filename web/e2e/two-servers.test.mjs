// Two people on two servers, each with a browser of their own: what they see, and how it looks. The tests
// are chapters of one story and run in order.

import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { DESKTOP, findings, launch, person, PHONE, signIn } from './browser.mjs'
import { picture } from './pictures.mjs'
import { Server } from './servers.mjs'

const PASSWORD = 'correct horse battery'

const acme = new Server('acme.localhost', 8731)
const globex = new Server('globex.localhost', 8732)
let browser
let alice
let bob

before(async () => {
  await Promise.all([acme.start(), globex.start()])
  await acme.createUser('alice', 'Alice Adams', 'admin', PASSWORD)
  await acme.createUser('carol', 'Carol Clark', 'member', PASSWORD)
  await globex.createUser('bob', 'Bob Brown', 'admin', PASSWORD)
  for (const [server, admin, peer] of [[acme, 'alice', globex], [globex, 'bob', acme]]) {
    await server.ask(await server.token(admin, PASSWORD), 'PUT', '/v1/admin/federation/policy', { allowed_peers: [peer.name] })
  }
  browser = await launch()
  alice = await person(browser, acme)
  bob = await person(browser, globex, { colorScheme: 'dark' })
})

after(async () => {
  await browser?.close()
  await Promise.all([acme.remove(), globex.remove()])
})

/** Nobody's page has thrown, nor asked for what its policy refuses. */
function noFaults() {
  assert.deepEqual([alice.faults, bob.faults], [[], []])
}

async function isAccessible(...people) {
  for (const { page } of people) assert.deepEqual(await findings(page), [])
}

function message(who, text) {
  return who.page.locator('.timeline .message', { hasText: text })
}

async function write(who, text) {
  const field = who.page.locator('.room-main .composer-field')
  await field.fill(text)
  await field.press('Enter')
}

async function choose(who, text, action) {
  await message(who, text).hover()
  await message(who, text).getByRole('button', { name: 'More', exact: true }).click()
  await who.page.getByRole('menuitem', { name: action }).click()
}

test('a wrong password is refused, a right one opens the door', async () => {
  await alice.page.goto('/')
  await alice.page.getByLabel('User name').fill('alice')
  await alice.page.getByLabel('Password').fill('wrong')
  await alice.page.getByRole('button', { name: 'Sign in' }).click()
  await alice.page.getByRole('alert').waitFor()
  await isAccessible(alice)
  await signIn(alice, 'alice', PASSWORD)
  await signIn(bob, 'bob', PASSWORD)
  await isAccessible(alice, bob)
  noFaults()
})

test('a reload stays signed in, and no script sees the refresh token', async () => {
  await alice.page.reload()
  await alice.page.locator('.frame[data-phase="live"]').waitFor()
  assert.equal(await alice.page.evaluate(() => document.cookie), '')
  const cookies = await alice.context.cookies()
  assert.deepEqual(cookies.map(({ httpOnly, sameSite }) => [httpOnly, sameSite]), [[true, 'Strict']])
  // A second tab shares the session, and neither throws the other out.
  const second = await alice.context.newPage()
  await second.goto('/')
  await second.locator('.frame[data-phase="live"]').waitFor()
  await alice.page.reload()
  await alice.page.locator('.frame[data-phase="live"]').waitFor()
  await second.locator('.frame[data-phase="live"]').waitFor()
  await second.close()
})

test('somebody of another server is invited, and accepts', async () => {
  await alice.page.getByRole('button', { name: 'New room or message' }).click()
  await alice.page.getByRole('menuitem', { name: 'New room' }).click()
  await alice.page.getByLabel('Name').fill('Launch plans')
  await alice.page.getByLabel('Topic').fill('Everything about the launch in spring')
  await isAccessible(alice)
  await alice.page.getByRole('button', { name: 'Create room' }).click()
  await alice.page.getByRole('heading', { name: 'Launch plans' }).waitFor()
  await alice.page.getByRole('banner').or(alice.page.locator('.room-head')).getByRole('button', { name: 'Invite' }).click()
  await alice.page.getByLabel('With whom?').fill(`@bob:${globex.name}`)
  await isAccessible(alice)
  await alice.page.getByRole('button', { name: `Invite @bob:${globex.name}` }).click()

  await bob.page.locator('.sidebar').getByRole('link', { name: 'Invitations' }).click()
  await bob.page.getByText('invites you to Launch plans').waitFor()
  await isAccessible(bob)
  await picture(bob.page, 'invitation-desktop-dark')
  await bob.page.getByRole('button', { name: 'Accept' }).click()
  await bob.page.getByRole('heading', { name: 'Launch plans' }).waitFor()
  await alice.page.getByRole('button', { name: 'Shared with 1 other server' }).waitFor()
  noFaults()
})

test('they write to each other, and each sees whose server the other is of', async () => {
  await write(alice, 'Welcome! The plan is in **three parts**:\n\n1. tell the partners\n2. open the doors\n3. listen')
  await message(bob, 'tell the partners').waitFor()
  await message(bob, 'tell the partners').getByText(`:${acme.name}`).waitFor()
  await write(bob, 'Thank you. The first part is done: https://example.org/partners')
  await message(alice, 'The first part is done').getByText(`:${globex.name}`).waitFor()
  // Sent, on disk, and at the other server: it is said without being asked, and by name when it is.
  const mark = message(alice, 'tell the partners').getByRole('button', { name: 'Delivered to 2 of 2 servers' })
  await mark.waitFor()
  assert.equal(await mark.getAttribute('title'), `Delivered to 2 of 2 servers: ${acme.name}, ${globex.name}`)
  // However long the answer takes, the room stays.
  let answer
  await alice.page.route('**/delivery', async (route) => {
    await new Promise((resolve) => {
      answer = resolve
    })
    await route.continue()
  }, { times: 1 })
  await mark.click()
  await alice.page.getByRole('dialog', { name: 'Who has this message' }).waitFor()
  assert.ok(await alice.page.locator('.room-main').isVisible())
  answer()
  await alice.page.getByText('Delivered to 2 of 2 servers').waitFor()
  await isAccessible(alice, bob)
  await alice.page.keyboard.press('Escape')
  noFaults()
})

test('a reply, a reaction, an edit', async () => {
  await message(bob, 'tell the partners').hover()
  await message(bob, 'tell the partners').getByRole('button', { name: 'Reply', exact: true }).click()
  await write(bob, 'Shall we wait with the second?')
  await message(alice, 'Shall we wait').locator('.quote').getByText('Alice Adams').waitFor()

  await message(alice, 'The first part is done').hover()
  await message(alice, 'The first part is done').getByRole('button', { name: 'React: 👍' }).click()
  await message(bob, 'The first part is done').getByRole('button', { name: '👍 1' }).waitFor()
  await message(bob, 'The first part is done').getByRole('button', { name: '👍 1' }).click()
  await message(alice, 'The first part is done').getByRole('button', { name: '👍 2' }).waitFor()

  await write(alice, 'Until Munday, yes')
  await message(bob, 'Until Munday').waitFor()
  await alice.page.locator('.room-main .composer-field').press('ArrowUp')
  await write(alice, 'Until Monday, yes')
  await message(bob, 'Until Monday').getByText('edited').waitFor()
  noFaults()
})

test('a mention is told at home, wherever that is', async () => {
  await alice.page.getByRole('link', { name: 'Search', exact: true }).click()
  const field = bob.page.locator('.room-main .composer-field')
  await field.pressSequentially('Could you have a look, @ali')
  await bob.page.getByRole('option', { name: /Alice Adams/ }).waitFor()
  await isAccessible(bob)
  await field.press('Enter')
  await bob.page.locator('.composer-token', { hasText: '@alice' }).waitFor()
  await field.press('Enter')
  await alice.page.locator('.places').getByRole('link', { name: /^Mentions/ }).locator('.pill', { hasText: '1' }).waitFor()
  await alice.page.locator('.sidebar .side-line', { hasText: 'Launch plans' }).locator('.pill', { hasText: '1' }).waitFor()
  await alice.page.waitForFunction(() => document.title.startsWith('(1)'))
  await isAccessible(alice)
  await alice.page.locator('.sidebar').getByRole('link', { name: /Launch plans/ }).click()
  await message(alice, 'Could you have a look').locator('.mention-me', { hasText: '@alice' }).waitFor()
  await alice.page.locator('.sidebar .pill').first().waitFor({ state: 'detached' })
  noFaults()
})

test('a thread stands beside the room', async () => {
  await message(alice, 'Could you have a look').hover()
  await message(alice, 'Could you have a look').getByRole('button', { name: 'Reply in thread' }).click()
  const pane = alice.page.getByRole('complementary', { name: 'Thread' })
  await pane.locator('.composer-field').fill('Of course, this afternoon.')
  await pane.locator('.composer-field').press('Enter')
  await pane.locator('.message', { hasText: 'this afternoon' }).waitFor()
  await message(bob, 'Could you have a look').getByRole('button', { name: '1 reply' }).click()
  await bob.page.getByRole('complementary', { name: 'Thread' }).locator('.message', { hasText: 'this afternoon' }).waitFor()
  await isAccessible(alice, bob)
  await picture(alice.page, 'thread-desktop-light')
  for (const who of [alice, bob]) await who.page.keyboard.press('Escape')
  await pane.waitFor({ state: 'detached' })
  noFaults()
})

test('what is deleted is gone on both sides', async () => {
  await write(bob, 'This was meant for somebody else')
  await message(alice, 'meant for somebody else').waitFor()
  await choose(bob, 'meant for somebody else', 'Delete message')
  await bob.page.getByRole('dialog').getByRole('button', { name: 'Delete message' }).click()
  for (const who of [alice, bob]) {
    await message(who, 'meant for somebody else').waitFor({ state: 'detached' })
    await who.page.getByText('Message deleted').waitFor()
  }
  // What somebody may not do says why.
  await message(bob, 'Until Monday').hover()
  await message(bob, 'Until Monday').getByRole('button', { name: 'More', exact: true }).click()
  await bob.page.getByRole('menuitem', { name: /Edit/ }).getByText('Only its author').waitFor()
  await isAccessible(bob)
  await bob.page.keyboard.press('Escape')
  noFaults()
})

test('members, search and preferences', async () => {
  await alice.page.getByRole('button', { name: /^Members/ }).click()
  await alice.page.getByRole('complementary', { name: 'Members' }).getByText('Bob Brown').waitFor()
  await isAccessible(alice)
  await picture(alice.page, 'members-desktop-light')
  await alice.page.getByRole('link', { name: 'Search', exact: true }).click()
  await alice.page.getByLabel('Search messages').fill('partners')
  await alice.page.getByLabel('Search messages').press('Enter')
  await alice.page.locator('.hit').first().waitFor()
  assert.equal(await alice.page.locator('.hit').count(), 2)
  await isAccessible(alice)
  await alice.page.getByRole('link', { name: 'Settings' }).click()
  await alice.page.getByRole('heading', { name: 'Preferences' }).waitFor()
  await alice.page.getByRole('combobox', { name: 'Language' }).selectOption('de')
  await alice.page.getByRole('heading', { name: 'Einstellungen' }).waitFor()
  await isAccessible(alice)
  await alice.page.getByRole('combobox', { name: 'Sprache' }).selectOption('en')
  noFaults()
})

test('an admin sees the other servers, and what stands between', async () => {
  await alice.page.getByRole('link', { name: 'Admin', exact: true }).click()
  await alice.page.getByRole('link', { name: 'Servers', exact: true }).click()
  await alice.page.getByRole('link', { name: `Details: ${globex.name}` }).click()
  await alice.page.getByRole('button', { name: 'Check', exact: true }).click()
  await alice.page.locator('.doctor-step').first().waitFor()
  assert.equal(await alice.page.locator('.doctor-failed').count(), 0)
  await isAccessible(alice)
  noFaults()
})

test('a direct message across servers', async () => {
  await alice.page.getByRole('button', { name: 'New room or message' }).click()
  await alice.page.getByRole('menuitem', { name: 'New direct message' }).click()
  await alice.page.getByLabel('With whom?').fill(`bob:${globex.name}`)
  await alice.page.locator('.person-line', { hasText: 'Bob Brown' }).click()
  await alice.page.locator('.room-main .composer-field').waitFor()
  await bob.page.locator('.sidebar').getByRole('link', { name: 'Invitations' }).click()
  await bob.page.getByText('wants to write to you').waitFor()
  await bob.page.getByRole('button', { name: 'Accept' }).click()
  await write(bob, 'Hello from the other side')
  await message(alice, 'Hello from the other side').waitFor()
  await isAccessible(alice, bob)
  noFaults()
})

test('pictures of the room in both themes, wide and narrow', async () => {
  await alice.page.locator('.sidebar').getByRole('link', { name: /Launch plans/ }).click()
  await message(alice, 'Until Monday').waitFor()
  for (const [name, viewport] of [['desktop', DESKTOP], ['phone', PHONE]]) {
    await alice.page.setViewportSize(viewport)
    for (const colorScheme of ['light', 'dark']) {
      await alice.page.emulateMedia({ colorScheme })
      await alice.page.mouse.move(0, 0)
      await message(alice, 'Until Monday').waitFor()
      await picture(alice.page, `room-${name}-${colorScheme}`)
      await isAccessible(alice)
    }
  }
  await alice.page.getByRole('link', { name: 'Back to the rooms' }).click()
  await alice.page.locator('.sidebar').waitFor()
  await isAccessible(alice)
  await picture(alice.page, 'rooms-phone-dark')
  await alice.page.setViewportSize(DESKTOP)
  await alice.page.emulateMedia({ colorScheme: 'light' })
  noFaults()
})

test('while the host is away, what is written waits and says so; then it arrives', async () => {
  await alice.page.locator('.sidebar').getByRole('link', { name: /Launch plans/ }).click()
  await bob.page.locator('.sidebar').getByRole('link', { name: /Launch plans/ }).click()
  // What has its place waits for nobody, also when the answer to it came after the stream.
  await bob.page.locator('.timeline .mark-waiting').first().waitFor({ state: 'detached' })
  await acme.stop()
  await write(bob, 'Is anybody there?')
  await message(bob, 'Is anybody there?').getByRole('img', { name: `Waiting for ${acme.name}` }).waitFor()
  await bob.page.getByText(/cannot be reached since \d.*Your messages are stored here and will be delivered/).waitFor()
  await isAccessible(bob)
  await picture(bob.page, 'host-away-desktop-dark')
  await alice.page.getByText('No connection').waitFor()
  await acme.start()
  await message(alice, 'Is anybody there?').waitFor({ timeout: 60_000 })
  await message(bob, 'Is anybody there?').getByRole('img', { name: `Waiting for ${acme.name}` }).waitFor({ state: 'detached' })
  await bob.page.getByText('Your messages are stored here').waitFor({ state: 'detached' })
  noFaults()
})

test('of a message that a server lacks the sender sees at how many it is, until all have it', async () => {
  await globex.stop()
  await write(alice, 'For whoever comes later')
  const mark = message(alice, 'For whoever comes later').getByRole('button', { name: 'Delivered to 1 of 2 servers' })
  await mark.locator('[data-count="1/2"]').waitFor()
  assert.match(await mark.getAttribute('title'), new RegExp(`Not yet at ${globex.name}`))
  await isAccessible(alice)
  await globex.start()
  await message(alice, 'For whoever comes later').getByRole('button', { name: 'Delivered to 2 of 2 servers' }).waitFor({ timeout: 60_000 })
  await message(bob, 'For whoever comes later').waitFor()
  noFaults()
})

test('what is written without a connection is kept over a reload and sent once', async () => {
  await alice.context.setOffline(true)
  await write(alice, 'Written in a tunnel')
  await message(alice, 'Written in a tunnel').getByRole('img', { name: 'Sending' }).waitFor()
  await alice.context.setOffline(false)
  await alice.page.reload()
  await message(bob, 'Written in a tunnel').waitFor()
  await message(alice, 'Written in a tunnel').waitFor()
  assert.equal(await message(bob, 'Written in a tunnel').count(), 1)
  assert.equal(await message(alice, 'Written in a tunnel').count(), 1)
})

test('signing out ends it, in the browser too', async () => {
  await alice.page.getByRole('button', { name: /^You:/ }).click()
  await alice.page.getByRole('menuitem', { name: 'Sign out' }).click()
  await alice.page.getByLabel('User name').waitFor()
  assert.deepEqual(await alice.context.cookies(), [])
  await alice.page.reload()
  await alice.page.getByLabel('User name').waitFor()
})
