// A server that comes back from a backup, and another one that remembers more: what admins of both see and decide.

import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { launch, person, signIn } from './browser.mjs'
import { pictures } from './pictures.mjs'
import { PASSWORD, send, sharedRoom, twoServers } from './scene.mjs'
import { until } from './servers.mjs'

let scene
let acme
let globex
let browser
let alice
let page
let depot

before(async () => {
  scene = await twoServers([8741, 8742])
  ;({ acme, globex } = scene)
  depot = await sharedRoom(scene, 'Depot', 'bob')
  browser = await launch()
  alice = await person(browser, acme)
  page = alice.page
  await signIn(alice, 'alice', PASSWORD)
})

after(async () => {
  await browser?.close()
  await Promise.all([acme?.remove(), globex?.remove()])
})

test('a copy from a backup is answered for, and whoever holds more decides to go on', async () => {
  const says = async (server, token, body) => JSON.stringify(await server.ask(token, 'GET', `/v1/rooms/${depot.id}/messages`)).includes(body)
  await globex.kill()
  await globex.backUp()
  await globex.start()
  scene.tokens.bob = await globex.token('bob', PASSWORD)
  await until(() => send(globex, scene.tokens.bob, depot, 'Written after the backup').then(() => true, () => false), 'the room stays in doubt')
  await until(() => says(acme, scene.tokens.alice, 'Written after the backup'), 'it did not arrive')
  await globex.kill()
  await acme.stop()
  await globex.restore()
  await globex.start()

  const bob = await person(browser, globex)
  await signIn(bob, 'bob', PASSWORD)
  scene.tokens.bob = await globex.token('bob', PASSWORD)
  await bob.page.goto('/admin/rooms')
  await bob.page.getByRole('button', { name: 'What to do with Depot' }).click()
  await bob.page.getByRole('menuitem', { name: 'Answer for this copy' }).click()
  const newest = bob.page.getByRole('dialog', { name: 'Is this copy of Depot the newest?' })
  await newest.getByText(acme.name).waitFor()
  assert.deepEqual(await pictures(bob.page, 'admin-newest'), [])
  await newest.getByRole('button', { name: 'It is the newest' }).click()
  await bob.page.getByText('The room goes on.').waitFor()
  await send(globex, scene.tokens.bob, depot, 'Another history')
  assert.deepEqual(bob.faults, [])
  await bob.context.close()

  // This server holds more: nothing is added here until its admin has decided.
  await acme.start()
  scene.tokens.alice = await acme.token('alice', PASSWORD)
  const isFrozen = async (server, token) => (await server.ask(token, 'GET', '/v1/admin/rooms')).find((room) => room.id === depot.id)?.frozen
  await until(() => isFrozen(acme, scene.tokens.alice), 'two histories were not seen here')
  // The host has heard of the other history as well, and stands by its own.
  await until(() => isFrozen(globex, scene.tokens.bob), 'two histories were not seen by the host')
  await globex.ask(scene.tokens.bob, 'POST', `/v1/admin/federation/rooms/${depot.id}/lift`)
  await page.goto('/admin/rooms')
  const line = page.locator('li.peer', { hasText: 'Depot' })
  await line.getByText('read-only here').first().waitFor()
  await line.getByRole('button', { name: 'What to do with Depot' }).click()
  await page.getByRole('menuitem', { name: /^Agree to take it over/ }).getByText('It is read-only here').waitFor()
  await page.keyboard.press('Escape')
  assert.deepEqual(await pictures(page, 'admin-frozen'), [])
  await line.getByRole('button', { name: 'Go on with the host’s history' }).click()
  await page.getByRole('dialog', { name: 'Go on with Depot?' }).getByRole('button', { name: 'Go on with the host’s history' }).click()
  await line.getByText('read-only here').first().waitFor({ state: 'detached' })
  await send(globex, scene.tokens.bob, depot, 'On we go')
  await until(() => says(acme, scene.tokens.alice, 'On we go'), 'the room does not go on')
  assert.equal(await says(acme, scene.tokens.alice, 'Written after the backup'), false)
  // What was refused and rejected meanwhile is settled: the page of the server says so at once.
  await page.goto(`/admin/peers/${encodeURIComponent(globex.name)}`)
  await page.getByText(/^Messages go both ways\./).waitFor()
  assert.deepEqual(alice.faults, [])
})
