import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { findBrowser } from './browser.mjs'
import { program } from './servers.mjs'

// What cannot be run is said loudly, and is no failure: a server is built on machines without a browser too.
if (!findBrowser()) {
  console.log('\n!!! SKIPPED: the tests in a real browser did not run, because there is no Chromium here.')
  console.log('!!! Install it, for example with `apt install chromium`, or name one in CHROMIUM.\n')
  process.exit(0)
}
if (!existsSync(program)) {
  console.error(`there is no ${program}: run \`cargo build\` first, or name the program in SCAIWAVE_BIN`)
  process.exit(1)
}
/** Which stories: those named, else all. One after another, so that a small machine is not asked for too much at once. */
const named = process.argv.slice(2)
const stories = (named.length > 0 ? named : ['setup', 'sign-in', 'two-servers', 'everyday', 'hostile', 'waiting', 'reports', 'rooms', 'admin', 'restored', 'offline']).map((name) => fileURLToPath(new URL(`${name}.test.mjs`, import.meta.url)))
const tests = spawn(process.execPath, ['--test', '--test-concurrency=1', '--test-reporter=spec', ...stories], { stdio: 'inherit' })
tests.once('exit', (code) => process.exit(code ?? 1))
