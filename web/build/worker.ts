import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Plugin } from 'vite'

/** The worker's chunk. It stands at the root and under one name, else it could not be found again. */
export const WORKER = 'sw'

/** Writes into the worker what the page loads at first: a new page makes a new worker, which a browser notices. */
export function worker(): Plugin {
  let root = ''
  let publicDir = ''
  return {
    name: 'scaiwave-worker',
    apply: 'build',
    enforce: 'post',
    configResolved(config) {
      ;({ root, publicDir } = config)
    },
    generateBundle: {
      order: 'post',
      handler(_options, bundle) {
        const chunk = bundle[`${WORKER}.js`]
        const page = bundle['index.html']
        if (chunk?.type !== 'chunk' || page?.type !== 'asset') return this.error('there is no worker, or no page')
        if (chunk.imports.length > 0) return this.error('the worker must be one file')
        const html = String(page.source)
        const hashed = [...html.matchAll(/(?:src|href)="(\/assets\/[^"]+)"/g)].map((found) => found[1] as string)
        const beside = readdirSync(publicDir)
        const version = createHash('sha256').update(html).update(readFileSync(join(root, 'index.html')))
        beside.forEach((name) => version.update(readFileSync(join(publicDir, name))))
        const files = JSON.stringify([...hashed, ...beside.map((name) => `/${name}`)])
        const written = chunk.code.replace('KEPT_FILES', () => files).replace('KEPT_VERSION', () => JSON.stringify(version.digest('hex').slice(0, 16)))
        if (hashed.length === 0 || /KEPT_(FILES|VERSION)/.test(written)) return this.error('the worker does not say what it keeps')
        chunk.code = written
      },
    },
  }
}
