import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { isAway, loads, outdated, partOf } from './rules'

const HERE = 'https://acme.example'
const FILES = ['/assets/index-1a2b.js', '/favicon.svg']

describe('what the worker has a hand in', () => {
  const cases: [string, string, string, string | undefined][] = [
    ['GET', 'navigate', '/', 'page'],
    ['GET', 'navigate', '/rooms/!abc?event=1', 'page'],
    ['GET', 'navigate', '/admin/peers/globex.example', 'page'],
    // What the server answers itself, and what is for once.
    ['GET', 'navigate', '/v1/auth/oidc/callback?code=1', undefined],
    ['GET', 'navigate', '/docs', undefined],
    ['GET', 'navigate', '/.well-known/scaiwave', undefined],
    ['GET', 'navigate', '/setup', undefined],
    ['GET', 'navigate', '/roomsx', undefined],
    ['POST', 'navigate', '/', undefined],
    ['GET', 'cors', '/v1/rooms', undefined],
    ['GET', 'same-origin', '/rooms/!abc', undefined],
    ['POST', 'cors', '/v1/auth/session/refresh', undefined],
    ['GET', 'no-cors', '/sw.js', undefined],
    // Files of the page: those of the first load, and those that come later.
    ['GET', 'cors', '/assets/admin-3c4d.js', 'file'],
    ['GET', 'no-cors', '/favicon.svg', 'file'],
    ['GET', 'no-cors', '/favicon.ico', undefined],
    ['HEAD', 'cors', '/assets/admin-3c4d.js', undefined],
  ]
  it.each(cases)('%s, %s, %s', (method, mode, path, expected) => {
    expect(partOf({ method, mode, url: HERE + path }, HERE, FILES)).toBe(expected)
  })

  it('is none of other origins', () => {
    expect(partOf({ method: 'GET', mode: 'cors', url: 'https://other.example/assets/x.js' }, HERE, FILES)).toBeUndefined()
  })

  // A place that the worker does not know would be lost without the server.
  it('is every address of the page', () => {
    const routes = readFileSync(new URL('../app/routes.tsx', import.meta.url), 'utf8')
    const places = [...routes.matchAll(/<Route path="(\/[^":/]*)/g)].map((found) => found[1])
    expect(places.length).toBeGreaterThan(5)
    for (const place of places) expect(partOf({ method: 'GET', mode: 'navigate', url: `${HERE}${place}` }, HERE, FILES), place).toBe('page')
  })
})

describe('one version', () => {
  it('is that of a page which loads all of its files', () => {
    expect(loads('<script src="/assets/index-1a2b.js">', FILES)).toBe(true)
    expect(loads('<script src="/assets/index-9f9f.js">', FILES)).toBe(false)
  })

  it('throws away the stores of others, and no store of somebody else', () => {
    expect(outdated(['scaiwave-page-1', 'scaiwave-page-2', 'pictures'], 'scaiwave-page-2')).toEqual(['scaiwave-page-1'])
  })
})

it('takes a proxy without a server for no answer, and a server that fails for one', () => {
  expect([500, 502, 503, 504, 505, 404].map(isAway)).toEqual([false, true, true, true, false, false])
})
