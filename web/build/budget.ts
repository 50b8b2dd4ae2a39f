import { gzipSync } from 'node:zlib'
import type { Plugin, Rolldown } from 'vite'
import { WORKER } from './worker.ts'

/** Bytes of script, packed, that a first visit loads. */
const FIRST_LOAD_MAX = 150 * 1024

/** Fails the build when the first load grows beyond what a phone on a bad line bears. */
export function budget(): Plugin {
  return {
    name: 'scaiwave-budget',
    apply: 'build',
    generateBundle(_options, bundle) {
      const chunks = Object.values(bundle).filter((file): file is Rolldown.OutputChunk => file.type === 'chunk')
      const byName = new Map(chunks.map((chunk) => [chunk.fileName, chunk]))
      const first = new Set<string>()
      const visit = (name: string): void => {
        if (first.has(name)) return
        first.add(name)
        byName.get(name)?.imports.forEach(visit)
      }
      // The worker is loaded when the page is there.
      chunks.filter((chunk) => chunk.isEntry && chunk.name !== WORKER).forEach((chunk) => visit(chunk.fileName))
      const bytes = [...first].map((name) => gzipSync(byName.get(name)?.code ?? '', { level: 9 }).length)
      const total = bytes.reduce((sum, count) => sum + count, 0)
      const said = `first load: ${(total / 1024).toFixed(1)} KiB of packed script (at most ${FIRST_LOAD_MAX / 1024})`
      if (total > FIRST_LOAD_MAX) this.error(said)
      this.info(said)
    },
  }
}
