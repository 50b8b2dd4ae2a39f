// How fast the client is, on real servers with real data; no part of the tests. Prints one line for each figure.
//
// MEASURE_ROOMS and MEASURE_MESSAGES say how much there is (2000 and 50000). The figures are of this machine and of
// the program that SCAIWAVE_BIN names: a release build is several times faster than a debug build.

import { DESKTOP, launch, person, signIn } from './browser.mjs'
import { PASSWORD, send, sharedRoom, twoServers } from './scene.mjs'
import { program } from './servers.mjs'

const ROOMS = Number(process.env.MEASURE_ROOMS ?? 2000)
const MESSAGES = Number(process.env.MEASURE_MESSAGES ?? 50_000)
/** Requests at a time while the data is made. */
const AT_ONCE = 64
const SWITCHES = 30
const SCROLLS = 120
const SENT = 50

function tell(what, value) {
  console.log(`${what.padEnd(62)} ${value}`)
}

function at(values, share) {
  const sorted = [...values].sort((one, other) => one - other)
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))]
}

function spread(values) {
  return `p50 ${at(values, 0.5).toFixed(0)} ms, p95 ${at(values, 0.95).toFixed(0)} ms, longest ${Math.max(...values).toFixed(0)} ms (${values.length})`
}

/** Does something so many times, a few at once. */
async function repeat(times, work) {
  let next = 0
  const worker = async () => {
    while (next < times) {
      next += 1
      await work(next)
    }
  }
  await Promise.all(Array.from({ length: AT_ONCE }, worker))
}

async function fill(scene) {
  const { acme, tokens } = scene
  let begun = Date.now()
  await repeat(ROOMS - 2, (n) => acme.ask(tokens.alice, 'POST', '/v1/rooms', { name: `Room ${String(n).padStart(4, '0')}`, room_type: 'group', federate: false }))
  tell(`${ROOMS} rooms are made`, `in ${((Date.now() - begun) / 1000).toFixed(0)} s`)
  const long = await acme.ask(tokens.alice, 'POST', '/v1/rooms', { name: 'The long room', room_type: 'group', federate: false })
  begun = Date.now()
  await repeat(MESSAGES, (n) => send(acme, tokens.alice, long, `Message ${n} of many, with **a few** words in it and https://example.org/${n}`))
  tell(`${MESSAGES} messages are written`, `in ${((Date.now() - begun) / 1000).toFixed(0)} s`)
  return long
}

/** From the beginning of the page to a room in which one can write, with what was fetched for it. */
async function load(page, room) {
  await page.goto(`/rooms/${room.id}`)
  await page.locator('.frame[data-phase="live"]').waitFor()
  await page.locator('.room-main .composer-field').waitFor()
  await page.locator('.timeline .message').first().waitFor()
  return page.evaluate(() => performance.now())
}

async function firstLoad(page) {
  await page.goto('/')
  await page.getByLabel('User name').waitFor()
  return page.evaluate(() => {
    const all = performance.getEntriesByType('resource')
    const sum = (ends) => all.filter((one) => new URL(one.name).pathname.endsWith(ends)).reduce((bytes, one) => bytes + one.encodedBodySize, 0) / 1024
    return { script: sum('.js'), style: sum('.css'), ready: performance.now(), painted: performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? 0 }
  })
}

/** Clicks on a room and waits until its messages, or that there are none, are painted. */
function switchTo(page, name) {
  return page.evaluate(async (wanted) => {
    const link = [...document.querySelectorAll('.sidebar a')].find((one) => one.textContent.includes(wanted))
    if (!link) throw new Error(`there is no room ${wanted} in the list`)
    const begun = performance.now()
    link.click()
    const frame = () => new Promise((done) => requestAnimationFrame(done))
    // To look for it among thousands of lines takes as long as to draw it.
    const isThere = () => {
      const main = document.getElementById('main')
      return main?.getElementsByTagName('h1')[0]?.textContent.includes(wanted) && document.getElementById('timeline')?.querySelector('article, [class*="system"]')
    }
    while (!isThere()) {
      await frame()
      if (performance.now() - begun > 20_000) throw new Error(`${wanted} does not open`)
    }
    await frame()
    return performance.now() - begun
  }, name)
}

/** Scrolls upwards in steps and takes the time of every frame. */
function scroll(page) {
  return page.evaluate(async (steps) => {
    const scroller = [...document.querySelectorAll('.room-main *')].find((one) => one.scrollHeight > one.clientHeight + 200 && /auto|scroll/.test(getComputedStyle(one).overflowY))
    const frames = []
    const frame = () => new Promise((done) => requestAnimationFrame(done))
    await frame()
    let before = performance.now()
    let most = 0
    for (let step = 0; step < steps; step += 1) {
      scroller.scrollTop = Math.max(0, scroller.scrollTop - 400)
      await frame()
      const now = performance.now()
      frames.push(now - before)
      before = now
      most = Math.max(most, document.querySelectorAll('.timeline article').length)
    }
    return { frames, most }
  }, SCROLLS)
}

/** From Enter in one browser to the words in the other, on the other server. */
async function latency(alice, bob) {
  const times = []
  for (let n = 0; n < SENT; n += 1) {
    const text = `Measured ${n}.`
    const arrived = bob.page.evaluate((wanted) => new Promise((done) => {
      const look = () => {
        if (![...document.querySelectorAll('.timeline article')].some((one) => one.textContent.includes(wanted))) return false
        requestAnimationFrame(() => done(performance.timeOrigin + performance.now()))
        return true
      }
      if (look()) return
      const observer = new MutationObserver(() => look() && observer.disconnect())
      observer.observe(document.body, { childList: true, subtree: true, characterData: true })
    }), text)
    await alice.page.locator('.room-main .composer-field').fill(text)
    await alice.page.evaluate(() => document.addEventListener('keydown', () => {
      window.pressedAt = performance.timeOrigin + performance.now()
    }, { once: true, capture: true }))
    await alice.page.locator('.room-main .composer-field').press('Enter')
    const there = await arrived
    times.push(there - await alice.page.evaluate(() => window.pressedAt))
  }
  return times
}

const scene = await twoServers([8761, 8762])
let browser
try {
  tell('the program', program)
  const shared = await sharedRoom(scene, 'Shared')
  await send(scene.acme, scene.tokens.alice, shared, 'Welcome')
  browser = await launch()

  const stranger = await person(browser, scene.acme, { viewport: DESKTOP })
  const first = await firstLoad(stranger.page)
  tell('first load, packed script', `${first.script.toFixed(1)} KiB, style ${first.style.toFixed(1)} KiB`)
  tell('first paint, and the form of signing in', `${first.painted.toFixed(0)} ms, ${first.ready.toFixed(0)} ms`)

  const alice = await person(browser, scene.acme, { viewport: DESKTOP })
  const bob = await person(browser, scene.globex, { viewport: DESKTOP })
  await signIn(alice, 'alice', PASSWORD)
  await signIn(bob, 'bob', PASSWORD)
  await load(alice.page, shared)
  await load(bob.page, shared)
  const times = []
  for (let n = 0; n < 5; n += 1) times.push(await load(alice.page, shared))
  tell('reload to a room that can be used, 1 room', spread(times))
  tell('from Enter to the other browser on the other server', spread(await latency(alice, bob)))

  // Only what is in front is drawn.
  await Promise.all([stranger.context.close(), bob.context.close()])
  await alice.page.goto('about:blank')
  await alice.page.bringToFront()
  const long = await fill(scene)
  const many = []
  for (let n = 0; n < 5; n += 1) many.push(await load(alice.page, long))
  tell(`reload to a room that can be used, ${ROOMS} rooms, ${MESSAGES} messages`, spread(many))
  // Lines below the window are drawn when there is time.
  await alice.page.waitForFunction((count) => document.querySelectorAll('.side-block a').length >= count, ROOMS)
  tell(`all ${ROOMS} lines of the list are drawn, after the page began`, `${(await alice.page.evaluate(() => performance.now())).toFixed(0)} ms at most`)
  const names = Array.from({ length: SWITCHES }, (_, n) => `Room ${String(1 + ((n * 61) % (ROOMS - 2))).padStart(4, '0')}`)
  const empty = []
  const full = []
  for (const name of names) {
    empty.push(await switchTo(alice.page, name))
    full.push(await switchTo(alice.page, 'The long room'))
  }
  tell(`to a room not yet opened, among ${ROOMS}`, spread(empty))
  tell(`back to the room of ${MESSAGES} messages`, spread(full))
  const { frames, most } = await scroll(alice.page)
  tell(`frames while scrolling up through ${MESSAGES} messages`, spread(frames))
  tell('messages in the page at once, at most', most)
  tell('frames longer than 50 ms', `${frames.filter((ms) => ms > 50).length} of ${frames.length}`)
} finally {
  await browser?.close()
  await Promise.all([scene.acme.remove(), scene.globex.remove()])
}
