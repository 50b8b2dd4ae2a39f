// An admin and the console: what goes on between two servers is seen, understood and mended in the browser.
// The tests are chapters of one story and run in order.

import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { DESKTOP, launch, person, signIn } from './browser.mjs'
import { pictures } from './pictures.mjs'
import { PASSWORD, send, sharedRoom, twoServers } from './scene.mjs'
import { Server, until } from './servers.mjs'

let scene
let acme
let globex
let browser
let alice
let page
let plans

before(async () => {
  scene = await twoServers([8741, 8742])
  ;({ acme, globex } = scene)
  plans = await sharedRoom(scene, 'Launch plans')
  await send(acme, scene.tokens.alice, plans, 'Welcome')
  await send(globex, scene.tokens.bob, plans, 'Thank you')
  browser = await launch()
  alice = await person(browser, acme, { viewport: DESKTOP })
  page = alice.page
  await signIn(alice, 'alice', PASSWORD)
})

after(async () => {
  await browser?.close()
  await Promise.all([acme?.remove(), globex?.remove()])
})

/** Nothing has thrown; that the server refuses bad input is what two of the tests ask for. */
function noFaults() {
  assert.deepEqual(alice.faults.filter((fault) => !/status of 400/.test(fault)), [])
}

async function open(part) {
  await page.getByRole('navigation', { name: 'Parts of the administration' }).getByRole('link', { name: part, exact: true }).click()
}

async function isGood(name) {
  assert.deepEqual(await pictures(page, name), [])
  noFaults()
}

test('the overview says that all is well, and what is missing', async () => {
  await page.getByRole('link', { name: 'Admin', exact: true }).click()
  await page.getByText('There is no recovery key').waitFor()
  await page.locator('.facts-wide').getByText('1').first().waitFor()
  assert.equal(await page.locator('.finding-bad').count(), 0)
  await isGood('admin-overview')
})

test('a server: its state in words, its fingerprint, the rooms in common, and the way there', async () => {
  await open('Servers')
  await page.getByText('reachable', { exact: true }).waitFor()
  await isGood('admin-servers')
  await page.getByRole('link', { name: `Details: ${globex.name}` }).click()
  await page.getByText('Messages go both ways.').waitFor()
  const shown = (await page.locator('.fact', { hasText: 'Fingerprint in words' }).locator('dd').innerText()).trim()
  const identity = await globex.ask(scene.tokens.bob, 'GET', '/v1/admin/federation/identity')
  assert.equal(shown, identity.fingerprint_words)
  await page.getByRole('button', { name: 'Check', exact: true }).click()
  await page.getByText('Every step is in order.').waitFor()
  assert.equal(await page.locator('.doctor-step').count(), 10)
  await page.locator('main').getByText('Launch plans').waitFor()
  await isGood('admin-server')
})

test('the simulator says which rule decides', async () => {
  await open('Policy')
  const form = page.locator('form', { has: page.getByRole('button', { name: 'Ask' }) })
  await form.getByLabel('Server').fill('stranger.example')
  await form.getByRole('button', { name: 'Ask' }).click()
  await page.getByRole('row', { name: /Invite somebody of here/ }).getByText('denied').waitFor()
  await page.getByRole('row', { name: /Invite somebody of here/ }).getByText('It is not on the list of allowed servers.').waitFor()
  await form.getByLabel('Server').fill(globex.name)
  await form.getByLabel('Person').fill(`@bob:${globex.name}`)
  await form.getByLabel('Room').selectOption({ label: 'Launch plans' })
  await form.getByRole('button', { name: 'Ask' }).click()
  await page.getByRole('row', { name: /Invite somebody of here/ }).getByText(`by the line ${globex.name}`).waitFor()
  await form.getByLabel('Person').fill('no name at all')
  await form.getByRole('button', { name: 'Ask' }).click()
  await page.getByRole('alert').waitFor()
  await form.getByLabel('Person').fill('')
  await form.getByRole('button', { name: 'Ask' }).click()
  await page.getByRole('row').first().waitFor()
  await isGood('admin-policy')
})

test('all fields of the policy are saved', async () => {
  await page.getByLabel('Foreign people in a room, at most').fill('77')
  await page.getByLabel('New invitations of a server within an hour, at most').fill('12')
  await page.getByLabel('Older messages given out at once, at most').fill('200')
  await page.getByLabel('Invitations that need no answer').selectOption('allowed_peers')
  await page.getByRole('textbox', { name: 'Blocked servers' }).fill('spam.example\n*.spam.example')
  await page.getByText('There are changes that are not saved.').waitFor()
  await page.getByRole('button', { name: 'Save', exact: true }).click()
  await page.getByText('Saved.', { exact: true }).waitFor()
  const { auto_accept, blocked_peers, invites_per_peer_per_hour, max_backfill_events_per_request, max_foreign_participants_per_room } = await acme.ask(scene.tokens.alice, 'GET', '/v1/admin/federation/policy')
  assert.deepEqual({ auto_accept, blocked_peers, invites_per_peer_per_hour, max_backfill_events_per_request, max_foreign_participants_per_room }, { auto_accept: 'allowed_peers', blocked_peers: ['spam.example', '*.spam.example'], invites_per_peer_per_hour: 12, max_backfill_events_per_request: 200, max_foreign_participants_per_room: 77 })
  noFaults()
})

test('a change that touches shared rooms says which, and the admin decides', async () => {
  const supper = await sharedRoom(scene, 'Supper')
  await page.getByRole('textbox', { name: 'Allowed servers' }).fill('')
  await page.getByRole('button', { name: 'Save', exact: true }).click()
  const dialog = page.getByRole('dialog', { name: 'This touches rooms that are shared' })
  await dialog.getByText('Leave Launch plans').waitFor()
  await isGood('admin-policy-rooms')
  await dialog.getByRole('button', { name: 'Cancel' }).click()
  const kept = await acme.ask(scene.tokens.alice, 'GET', '/v1/admin/federation/policy')
  assert.deepEqual(kept.allowed_peers, [globex.name])
  await page.getByRole('button', { name: 'Save', exact: true }).click()
  await dialog.getByRole('checkbox', { name: /^Leave Supper/ }).check()
  await dialog.getByRole('button', { name: 'Save' }).click()
  await until(async () => {
    const room = (await acme.ask(scene.tokens.alice, 'GET', '/v1/admin/rooms')).find((one) => one.id === supper.id)
    return room?.foreign_people === 0 && room.left.includes(globex.name)
  }, 'Supper was not left')
  // It was to stay: the room goes on, and stands among those to decide about later.
  await page.locator('section', { hasText: 'Rooms shared with servers that the policy does not admit' }).getByText('Launch plans').waitFor()
  await page.getByRole('textbox', { name: 'Allowed servers' }).fill(globex.name)
  await page.getByRole('button', { name: 'Save', exact: true }).click()
  await page.locator('main bdi', { hasText: 'Launch plans' }).waitFor({ state: 'detached' })
  noFaults()
})

test('who outside can see a room', async () => {
  await open('Shared rooms')
  await page.locator('li.peer', { hasText: 'Launch plans' }).getByRole('button', { name: 'Who outside can see it' }).click()
  const outside = page.getByRole('group', { name: 'Outside this server: Launch plans' })
  await outside.getByText(`@bob:${globex.name}`).waitFor()
  await outside.getByText('in it now').waitFor()
  await isGood('admin-rooms')
})

test('a room is handed over to a server whose admin has agreed, and goes on there', async () => {
  const market = await sharedRoom(scene, 'Market')
  const bob = await person(browser, globex)
  await signIn(bob, 'bob', PASSWORD)
  await bob.page.goto('/admin/rooms')
  const [here, there] = [page, bob.page].map((one) => one.locator('li.peer', { hasText: 'Market' }))
  const choose = async (line, name) => {
    await line.getByRole('button', { name: 'What to do with Market' }).click()
    await line.page().getByRole('menuitem', { name }).click()
  }
  await open('Overview')
  await open('Shared rooms')

  // What cannot be done stands there with its reason.
  await here.getByRole('button', { name: 'What to do with Market' }).click()
  await page.getByRole('menuitem', { name: /^Agree to take it over/ }).getByText('This server hosts it already').waitFor()
  await page.getByRole('menuitem', { name: /^Answer for this copy/ }).getByText('Nothing is in doubt').waitFor()
  await page.getByRole('menuitem', { name: /^Fetch older history/ }).getByText('all of it is here').waitFor()
  await isGood('admin-room-menu')
  await page.getByRole('menuitem', { name: 'Hand over to another server' }).click()
  const dialog = page.getByRole('dialog', { name: 'Hand over Market?' })
  await isGood('admin-hand-over')
  // Nobody there has agreed.
  await dialog.getByRole('button', { name: 'Hand over to another server' }).click()
  await dialog.getByRole('alert').getByText(`${globex.name} refused`).waitFor()
  await isGood('admin-hand-over-refused')

  // A server that came in later fetches what was before it, and checks it, before it can be the host.
  await choose(there, 'Fetch older history')
  await bob.page.getByRole('dialog').getByRole('button', { name: 'Fetch' }).click()
  await bob.page.getByText(/The whole history (is here|was here already)\./).waitFor()
  await there.getByRole('button', { name: 'What to do with Market' }).click()
  await bob.page.getByRole('menuitem', { name: /^Fetch older history/ }).getByText('Its whole history is here.').waitFor()
  await bob.page.getByRole('menuitem', { name: /^Hand over/ }).getByText(`Only its host, ${acme.name}, does this.`).waitFor()
  await bob.page.keyboard.press('Escape')
  const takeOver = `/v1/admin/federation/rooms/${market.id}/take-over`
  await until(() => globex.ask(scene.tokens.bob, 'POST', takeOver).then(() => true, () => false), 'globex cannot be the host')
  await globex.ask(scene.tokens.bob, 'DELETE', takeOver)

  // Its admin thinks twice, and agrees.
  await choose(there, 'Agree to take it over')
  await bob.page.getByRole('dialog', { name: 'Take over Market?' }).getByRole('button', { name: 'Agree to take it over' }).click()
  await choose(there, 'No longer agree to take it over')
  await bob.page.getByRole('dialog').getByRole('button', { name: 'No longer agree to take it over' }).click()
  await choose(there, 'Agree to take it over')
  await bob.page.getByRole('dialog', { name: 'Take over Market?' }).getByRole('button', { name: 'Agree to take it over' }).click()
  await bob.page.getByText(`Now an admin of ${acme.name} hands it over.`).last().waitFor()

  await dialog.getByRole('button', { name: 'Hand over to another server' }).click()
  await dialog.waitFor({ state: 'detached' })
  await here.getByText(globex.name).first().waitFor()
  await until(async () => (await globex.ask(scene.tokens.bob, 'GET', '/v1/admin/rooms')).find((room) => room.id === market.id)?.host === globex.name, 'globex is not the host')
  // And what is written on both sides arrives as before.
  await send(acme, scene.tokens.alice, market, 'Yours now')
  await until(async () => JSON.stringify(await globex.ask(scene.tokens.bob, 'GET', `/v1/rooms/${market.id}/messages`)).includes('Yours now'), 'nothing arrives')
  assert.deepEqual(bob.faults, [])
  await bob.context.close()
  noFaults()
})

test('federation is turned off in a room, and everybody foreign is out', async () => {
  const lunch = await sharedRoom(scene, 'Lunch')
  await open('Overview')
  await open('Shared rooms')
  const line = page.locator('li', { hasText: 'Lunch' })
  await line.getByRole('button', { name: 'Turn federation off' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Turn federation off' }).click()
  await line.getByText('kept from other servers').waitFor()
  await until(async () => !(await globex.ask(scene.tokens.bob, 'GET', '/v1/rooms')).some((room) => room.id === lunch.id && room.membership === 'join'), 'bob is still in the room')
  noFaults()
})

test('an account is made, gets a link for its password, becomes an admin, and is closed', async () => {
  await open('People')
  await page.getByRole('button', { name: 'New account' }).click()
  const dialog = page.getByRole('dialog', { name: 'New account' })
  await dialog.getByLabel('User name').fill('Not A Name')
  await dialog.getByLabel('Display name').fill('Dora Dunn')
  await dialog.getByRole('button', { name: 'Make the account' }).click()
  await dialog.getByRole('alert').waitFor()
  await dialog.getByLabel('User name').fill('dora')
  await dialog.getByRole('button', { name: 'Make the account' }).click()
  await dialog.getByRole('button', { name: 'Make the link' }).click()
  const link = await dialog.getByLabel('Link').inputValue()
  await acme.ask(undefined, 'POST', '/v1/auth/reset', { token: decodeURIComponent(link.split('#reset=')[1]), new_password: 'a wholly new password' })
  await acme.token('dora', 'a wholly new password')
  await page.keyboard.press('Escape')
  const dora = page.locator('li', { hasText: 'Dora Dunn' })
  await dora.getByRole('button', { name: 'What to do with Dora Dunn' }).click()
  await page.getByRole('menuitem', { name: 'Make admin' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Make admin' }).click()
  await dora.getByText('admin', { exact: true }).waitFor()
  await isGood('admin-people')
  await dora.getByRole('button', { name: 'What to do with Dora Dunn' }).click()
  await page.getByRole('menuitem', { name: 'Close the account' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Close the account' }).click()
  await dora.getByText('closed', { exact: true }).waitFor()
  await assert.rejects(acme.token('dora', 'a wholly new password'))
  await page.getByLabel('Find by name').fill('alice')
  await page.getByRole('button', { name: 'Filter' }).click()
  await dora.waitFor({ state: 'detached' })
  noFaults()
})

test('the audit log tells it again, by kind', async () => {
  await open('Audit log')
  await page.locator('.settings-list code', { hasText: 'account.role' }).first().waitFor()
  await page.getByRole('combobox', { name: 'What' }).selectOption('account.closed')
  await page.locator('.settings-list code', { hasText: 'account.role' }).first().waitFor({ state: 'detached' })
  assert.equal(await page.locator('.settings-list code', { hasText: 'account.closed' }).count(), 1)
  await page.getByRole('combobox', { name: 'Kind' }).selectOption('alarm')
  await page.getByText('Nothing was written.').waitFor()
  await page.getByRole('combobox', { name: 'Kind' }).selectOption('')
  await page.getByRole('combobox', { name: 'What' }).selectOption('')
  await page.locator('.settings-list code', { hasText: 'account.role' }).first().waitFor()
  await isGood('admin-audit')
})

test('keys: which signs, its words, when the next one comes', async () => {
  await open('Keys')
  await page.getByText('signs now').waitFor()
  await page.getByText('The server makes it by itself on').waitFor()
  await page.getByText('There is none. Make it on the server').waitFor()
  await isGood('admin-keys')
  await page.getByRole('button', { name: 'Make the next key now' }).click()
  const dialog = page.getByRole('dialog', { name: 'Make the next key now?' })
  await dialog.getByText('The present key stays valid until').waitFor()
  // The server's first key is not a day old.
  await dialog.getByText('The newest key is less than a day old').waitFor()
  assert.equal(await dialog.getByRole('button', { name: 'Make the next key now' }).isDisabled(), true)
  await isGood('admin-keys-rotate')
  await dialog.getByRole('checkbox', { name: 'Make it all the same' }).check()
  await dialog.getByRole('button', { name: 'Make the next key now' }).click()
  await page.locator('.badge', { hasText: /^valid$/ }).waitFor()
  const { keys } = await acme.ask(scene.tokens.alice, 'GET', '/v1/admin/federation/identity')
  assert.deepEqual(keys.map((key) => key.signing).sort(), [false, true])
  noFaults()
})

test('health: the server is ready, and lines say in words what they show', async () => {
  await open('Health')
  await page.getByText('The server is ready.').waitFor()
  await page.getByRole('img', { name: /^Oldest that waits: now/ }).waitFor()
  await page.getByRole('img', { name: /^Events out, a minute: now/ }).waitFor()
  await page.getByRole('img', { name: /^Data, without files: now .* kB/ }).waitFor()
  await isGood('admin-health')
})

test('what a server has rejected is sent again when the cause is mended, or forgotten', async () => {
  const depot = await globex.ask(scene.tokens.bob, 'POST', '/v1/rooms', { name: 'Depot', room_type: 'group' })
  await globex.ask(scene.tokens.bob, 'POST', `/v1/rooms/${depot.id}/invite`, { participant_id: `@alice:${acme.name}` })
  await until(async () => (await acme.ask(scene.tokens.alice, 'GET', '/v1/rooms')).some((one) => one.id === depot.id && one.membership === 'join'), 'the invitation needs no answer, and was not taken')
  // The room is archived while nobody can say so to this server; what is written meanwhile comes too late.
  await globex.stop()
  await send(acme, scene.tokens.alice, depot, 'Too late')
  await send(acme, scene.tokens.alice, depot, 'Later still')
  await acme.stop()
  await globex.start()
  scene.tokens.bob = await globex.token('bob', PASSWORD)
  await globex.ask(scene.tokens.bob, 'POST', `/v1/rooms/${depot.id}/archive`)
  await acme.start()
  scene.tokens.alice = await acme.token('alice', PASSWORD)
  await page.locator('.frame[data-phase="live"]').waitFor({ timeout: 60_000 })
  const letters = () => acme.ask(scene.tokens.alice, 'GET', '/v1/admin/federation/dead-letters')
  await until(async () => (await letters()).length === 2, 'nothing was rejected')

  await open('Servers')
  await page.getByRole('link', { name: `Details: ${globex.name}` }).click()
  const part = page.getByRole('region', { name: 'What it has rejected' })
  const lines = part.locator('li.peer')
  await lines.nth(1).waitFor()
  await lines.first().locator('summary').click()
  await isGood('admin-rejected')
  await lines.first().getByRole('button', { name: 'Forget' }).click()
  await page.getByRole('dialog', { name: 'Forget this?' }).getByRole('button', { name: 'Forget' }).click()
  await lines.nth(1).waitFor({ state: 'detached' })
  assert.equal((await letters()).length, 1)

  await globex.ask(scene.tokens.bob, 'POST', `/v1/rooms/${depot.id}/reopen`)
  await until(async () => (await acme.ask(scene.tokens.alice, 'GET', '/v1/rooms')).find((one) => one.id === depot.id)?.state === 'open', 'the room is not open here')
  await lines.first().getByRole('button', { name: 'Send again' }).click()
  await part.getByText('It has rejected nothing.').waitFor()
  await until(async () => /Too late|Later still/.test(JSON.stringify(await globex.ask(scene.tokens.bob, 'GET', `/v1/rooms/${depot.id}/messages`))), 'it did not arrive')
  noFaults()
})

test('a server that is away: the overview says so in one sentence, and leads to the cause', async () => {
  await globex.stop()
  await send(acme, scene.tokens.alice, plans, 'Is anybody there?')
  await open('Overview')
  const trouble = page.locator('.finding', { hasText: 'cannot be reached for' })
  await trouble.waitFor({ timeout: 60_000 })
  assert.match(await trouble.innerText(), new RegExp(`${globex.name} cannot be reached for .* messages for it wait here`))
  await isGood('admin-trouble')
  await trouble.getByRole('link', { name: 'Check the way' }).click()
  await page.getByRole('button', { name: 'Check', exact: true }).click()
  await page.locator('.doctor-failed').getByText('What to do:').waitFor()
  await page.locator('.fact', { hasText: 'Last error' }).waitFor()
  await isGood('admin-server-away')
  await globex.start()
  await page.getByRole('button', { name: 'Try now' }).click()
  await page.getByText('Messages go both ways.').waitFor({ timeout: 60_000 })
  noFaults()
})

test('a stranger with a new key under an old name is believed only after its words were compared', async () => {
  await globex.remove()
  const other = new Server('globex.localhost', 8742)
  globex = other
  await other.start()
  await other.createUser('bob', 'Bob Brown', 'admin', PASSWORD)
  const token = await other.token('bob', PASSWORD)
  await other.ask(token, 'PUT', '/v1/admin/federation/policy', { allowed_peers: [acme.name] })
  const { fingerprint_words } = await other.ask(token, 'GET', '/v1/admin/federation/identity')
  // It speaks to this server, and signs with a key that nobody here knows.
  await other.ask(token, 'POST', '/v1/admin/federation/check', { server_name: acme.name })
  await page.getByRole('button', { name: 'Accept this key' }).waitFor({ timeout: 60_000 })
  await page.getByRole('button', { name: 'Accept this key' }).click()
  const dialog = page.getByRole('dialog', { name: 'Accept this key' })
  const said = dialog.getByLabel('What the other admin reads aloud')
  await said.fill(fingerprint_words.split(/[\s-]+/).reverse().join(' '))
  await dialog.getByText('These are other words.').waitFor()
  assert.equal(await dialog.getByRole('button', { name: 'Accept this key' }).isDisabled(), true)
  await isGood('admin-key')
  await said.fill(fingerprint_words.toUpperCase())
  await dialog.getByText('The words are the same.').waitFor()
  await dialog.getByRole('button', { name: 'Accept this key' }).click()
  await page.getByText('The key is accepted.').waitFor()
  await page.getByRole('group', { name: 'It shows a key' }).waitFor({ state: 'detached' })
  noFaults()
})

test('what was refused is listed with its reason and what to do', async () => {
  await open('Refused')
  const line = page.locator('details', { has: page.locator('summary code') }).first()
  await line.waitFor()
  await line.locator('summary').click()
  await line.getByText('What can be done').waitFor()
  await isGood('admin-refused')
})

test('causes and cures are said in the language of who reads them', async () => {
  const { name } = globex
  for (const [locale, remedy, check, went] of [['de', 'Was man tun kann', 'Prüfen', 'Er hat unsere Unterschrift geprüft und geantwortet.'], ['nl', 'Wat men kan doen', 'Controleren', 'Hij controleerde onze handtekening en antwoordde.']]) {
    await page.evaluate((chosen) => localStorage.setItem('scaiwave.locale', chosen), locale)
    await page.goto('/admin/refused')
    const line = page.locator('details', { has: page.locator('summary code') }).first()
    await line.locator('summary').click()
    await line.getByText(remedy).waitFor()
    // Only what was refused itself is as it came.
    assert.deepEqual(await line.locator('.explained [lang="en"]').allInnerTexts(), [])
    await page.goto(`/admin/peers/${encodeURIComponent(name)}`)
    await page.getByRole('button', { name: check, exact: true }).click()
    await page.locator('.doctor-step').getByText(went).waitFor()
    assert.deepEqual(await page.locator('.doctor-step [lang="en"]').allInnerTexts(), [])
    await page.goto('/admin/audit')
    await page.locator('.settings-list').getByText(locale === 'de' ? 'Schlüssel eines Servers angenommen' : 'Sleutel van een server aanvaard').waitFor()
    await isGood(`admin-audit-${locale}`)
  }
  await page.evaluate(() => localStorage.removeItem('scaiwave.locale'))
  await page.goto('/admin')
  await page.getByRole('navigation', { name: 'Parts of the administration' }).waitFor()
})

test('blocking says which rooms are left before it is done', async () => {
  await open('Servers')
  await page.getByRole('link', { name: `Details: ${globex.name}` }).click()
  await page.getByRole('button', { name: 'Block' }).click()
  const dialog = page.getByRole('dialog', { name: `Block ${globex.name}?` })
  await dialog.getByText('Launch plans').waitFor()
  await dialog.getByRole('button', { name: 'Block' }).click()
  await page.getByText('is blocked by your policy').waitFor()
  await open('Overview')
  await page.locator('.finding', { hasText: 'is blocked by your policy' }).getByRole('button', { name: 'Allow it' }).click()
  await page.getByText('is blocked by your policy').waitFor({ state: 'detached' })
  noFaults()
})
