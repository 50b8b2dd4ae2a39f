// Names and messages that would like to be more than text. Wherever a page shows them they are text, they lead nowhere
// but to the web, and the page's policy has nothing to refuse.

import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { launch, person, signIn } from './browser.mjs'
import { PASSWORD, send, sharedRoom, twoServers } from './scene.mjs'
import { until } from './servers.mjs'

const NAME = '<img src=x onerror=pwned()>'
const ROOM = '"><svg onload=pwned()>'
const TOPIC = '</bdi><script>pwned()</script>'
const BODIES = [
  '<img src=x onerror="pwned()"> hello',
  '<script>pwned()</script>',
  '<iframe srcdoc="<script>parent.pwned()</script>"></iframe>',
  '<a href="javascript:pwned()">press</a> <svg/onload=pwned()> <style>*{display:none}</style>',
  '[press](javascript:pwned()) [press](data:text/html,<script>pwned()</script>) [press](vbscript:pwned)',
  '[press](  JaVaScRiPt:pwned()) [press](java&#10;script:pwned()) <javascript:pwned()>',
  '![picture](https://tracker.example/seen.png) ![x](data:image/svg+xml,<svg/onload=pwned()>)',
  '[https://bank.example](https://evil.example/login)',
  '`<img src=x onerror=pwned()>` and\n\n```\n</code><script>pwned()</script>\n```\n\n| <b onmouseover=pwned()>a |\n|---|\n| <img src=x onerror=pwned()> |',
  '{{constructor.constructor("pwned()")()}} ${pwned()} &lt;script&gt;pwned()&lt;/script&gt;',
]

let scene
let browser
let alice
let room

before(async () => {
  scene = await twoServers([8781, 8782])
  const { acme, globex, tokens } = scene
  await globex.ask(tokens.bob, 'PUT', '/v1/me', { display_name: NAME })
  room = await sharedRoom(scene, ROOM)
  await acme.ask(tokens.alice, 'PUT', `/v1/rooms/${room.id}/topic`, { topic: TOPIC })
  let last
  for (const body of BODIES) last = await send(globex, tokens.bob, room, body)
  await globex.ask(tokens.bob, 'POST', `/v1/rooms/${room.id}/send`, { content: { body: `@alice:${acme.name} <img src=x onerror=pwned()>`, mentions: [`@alice:${acme.name}`], reply_to_event_id: last.id } })
  await globex.ask(tokens.bob, 'POST', `/v1/rooms/${room.id}/send`, { content: { body: '<img src=x onerror=pwned()> in a thread', thread_root: last.id } })
  const other = await globex.ask(tokens.bob, 'POST', '/v1/rooms', { name: `${ROOM} too`, room_type: 'group' })
  await globex.ask(tokens.bob, 'POST', `/v1/rooms/${other.id}/invite`, { participant_id: `@alice:${acme.name}` })
  const events = async () => (await acme.ask(tokens.alice, 'GET', `/v1/rooms/${room.id}/messages?limit=50`)).filter((event) => event.event_type === 'swp.room.message')
  await until(async () => (await events()).length === BODIES.length + 2, 'not all messages arrived')
  await acme.ask(tokens.alice, 'POST', `/v1/rooms/${room.id}/events/${(await events())[0].id}/pin`)
  await until(async () => (await acme.ask(tokens.alice, 'GET', '/v1/me/invitations')).length === 1, 'the invitation did not arrive')
  browser = await launch()
  alice = await person(browser, acme)
  await alice.page.addInitScript(() => {
    window.hurt = []
    window.pwned = () => window.hurt.push('a script of a stranger ran')
    document.addEventListener('securitypolicyviolation', (event) => window.hurt.push(`the policy refused ${event.violatedDirective} ${event.blockedURI}`))
  })
  alice.page.on('dialog', (dialog) => alice.faults.push(`a dialog: ${dialog.message()}`))
  alice.page.on('request', (request) => {
    if (new URL(request.url()).origin !== new URL(acme.url).origin) alice.faults.push(`a request to ${request.url()}`)
  })
  await signIn(alice, 'alice', PASSWORD)
})

after(async () => {
  await browser?.close()
  await Promise.all([scene?.acme.remove(), scene?.globex.remove()])
})

/** Nothing on the page is markup of strangers, and each link leads to the web, to mail, or to a place of ours. */
async function isUnhurt(where) {
  const found = await alice.page.evaluate(() => {
    const elements = [...document.querySelectorAll('#app *, body *')]
    const handlers = elements.filter((one) => [...one.attributes].some((attribute) => attribute.name.startsWith('on'))).map((one) => one.outerHTML)
    const strange = [...document.body.querySelectorAll('img, iframe, object, embed, base, form[action], style')].map((one) => one.outerHTML)
    const scripts = [...document.scripts].filter((one) => !one.src.startsWith(document.location.origin)).map((one) => one.outerHTML)
    const links = [...document.querySelectorAll('[href]')].map((one) => one.href.baseVal ?? one.href).filter((href) => !/^(https?|mailto):/i.test(href))
    return [...window.hurt, ...handlers, ...strange, ...scripts, ...links]
  })
  assert.deepEqual([...found, ...alice.faults], [], where)
}

/** Words that a page shows as they were written. */
async function shows(text) {
  await alice.page.getByText(text).filter({ visible: true }).first().waitFor()
}

test('before the room is opened: the list, unread, mentions, invitations, search', async () => {
  const { page } = alice
  for (const [place, text] of [['/unread', ROOM], ['/mentions', '<img src=x onerror=pwned()>'], ['/invitations', `${ROOM} too`], ['/search?q=pwned', 'parent.']]) {
    await page.goto(place)
    await page.locator('#main').getByText(text).filter({ visible: true }).first().waitFor()
    await isUnhurt(place)
  }
  assert.ok(!(await page.title()).includes('onerror'))
})

test('in a room: names, topic, messages, quotes, pins, members, a thread', async () => {
  const { page } = alice
  await page.goto(`/rooms/${room.id}`)
  await shows('<iframe srcdoc="<script>parent.pwned()</script>"></iframe>')
  await shows(NAME)
  await shows(TOPIC)
  await page.getByRole('heading', { level: 1, name: ROOM }).waitFor()
  await isUnhurt('the timeline')
  const message = page.locator('.timeline .message', { hasText: 'https://bank.example' }).first()
  assert.match(await message.innerText(), /https:\/\/bank\.example \(evil\.example\)/)
  for (const pane of ['members', 'pins', 'details']) {
    await page.goto(`/rooms/${room.id}?pane=${pane}`)
    await page.locator('.pane').first().waitFor()
    await shows(pane === 'pins' ? 'hello' : NAME)
    await isUnhurt(pane)
  }
  await page.goto(`/rooms/${room.id}`)
  await page.getByRole('button', { name: '2 replies' }).click()
  await page.locator('.pane').getByText('<img src=x onerror=pwned()> in a thread').waitFor()
  await isUnhurt('the thread')
})

test('in the admin console', async () => {
  for (const [place, text] of [['/admin/rooms', ROOM], ['/admin/audit', 'alice'], ['/admin/people', 'alice'], ['/admin/peers', scene.globex.name]]) {
    await alice.page.goto(place)
    await alice.page.locator('#main').getByText(text).filter({ visible: true }).first().waitFor()
    await isUnhurt(place)
  }
})
