import { spawn } from 'node:child_process'
import { cp, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const READY_MS = 30_000
const LOOK_AGAIN_MS = 50

/** The program under test: named by `SCAIWAVE_BIN`, else what `cargo build` has left. */
export const program = process.env.SCAIWAVE_BIN ?? fileURLToPath(new URL('../../target/debug/scaiwave', import.meta.url))

/** A real server with a data directory of its own. */
export class Server {
  #child
  #directory
  #said = ''

  constructor(host, port, settings = {}) {
    this.settings = settings
    this.name = `${host}:${port}`
    this.port = port
    this.url = `http://${this.name}`
  }

  async start() {
    this.#directory ??= await mkdtemp(join(tmpdir(), 'scaiwave-e2e-'))
    this.#child = spawn(program, ['serve'], { env: this.#environment(), stdio: ['ignore', 'pipe', 'inherit'] })
    this.#said = ''
    this.#child.stdout.setEncoding('utf8').on('data', (piece) => {
      this.#said += piece
    })
    const ended = new Promise((_, reject) => this.#child.once('exit', (code) => reject(new Error(`${this.name} ended (${code})`))))
    ended.catch(() => undefined)
    await Promise.race([ended, until(() => this.#answers(), `${this.name} is not ready`)])
  }

  /** Where whoever reads the server's terminal is sent, as long as nobody has an account. */
  get setupAddress() {
    return /https?:\/\/\S+\/setup#code=\S+/.exec(this.#said)?.[0]
  }

  async #answers() {
    const response = await fetch(`http://127.0.0.1:${this.port}/readyz`).catch(() => undefined)
    return response?.ok
  }

  #environment() {
    const { PATH, HOME } = process.env
    return {
      PATH, HOME, SCAIWAVE_SERVER_NAME: this.name, SCAIWAVE_LISTEN: `127.0.0.1:${this.port}`, SCAIWAVE_DATA_DIR: this.#directory,
      SCAIWAVE_FEDERATION_ALLOW_LOOPBACK: 'true', SCAIWAVE_LOG: 'warn', ...this.settings,
    }
  }

  /** As a power cut does it. */
  async kill() {
    await this.stop('SIGKILL')
  }

  /** A backup of a server that does not run. */
  async backUp() {
    await cp(this.#directory, `${this.#directory}-backup`, { recursive: true })
  }

  /** What was written after the backup is gone. */
  async restore() {
    await rm(this.#directory, { recursive: true })
    await cp(`${this.#directory}-backup`, this.#directory, { recursive: true })
  }

  async stop(signal = 'SIGTERM') {
    const child = this.#child
    this.#child = undefined
    if (!child || child.exitCode !== null) return
    child.removeAllListeners('exit')
    const gone = new Promise((resolve) => child.once('exit', resolve))
    child.kill(signal)
    await gone
  }

  async remove() {
    await this.stop()
    for (const directory of this.#directory ? [this.#directory, `${this.#directory}-backup`] : []) await rm(directory, { recursive: true, force: true })
  }

  /** `scaiwave admin user create`, as an operator calls it. */
  async createUser(localId, displayName, role, password) {
    const args = ['admin', 'user', 'create', '--tenant', 'default', '--local-id', localId, '--display-name', displayName, '--role', role, '--password-stdin']
    const child = spawn(program, args, { env: this.#environment(), stdio: ['pipe', 'ignore', 'inherit'] })
    child.stdin.end(`${password}\n`)
    const code = await new Promise((resolve) => child.once('exit', resolve))
    if (code !== 0) throw new Error(`the user ${localId} could not be made (${code})`)
  }

  /** A request with the token of somebody, for what is no matter of the page. */
  async ask(token, method, path, body) {
    const headers = { host: this.name, 'content-type': 'application/json', ...(token ? { authorization: `Bearer ${token}` } : {}) }
    const response = await request(this.port, { method, path, headers, body: body === undefined ? undefined : JSON.stringify(body) })
    if (response.status !== 200) throw new Error(`${method} ${path}: ${response.status} ${response.text}`)
    return JSON.parse(response.text).data
  }

  async token(username, password) {
    return (await this.ask(undefined, 'POST', '/v1/auth/login', { username, password })).access_token
  }
}

/** `fetch` sets no `Host`; the server finds the tenant by it. */
async function request(port, { method, path, headers, body }) {
  const http = await import('node:http')
  return new Promise((resolve, reject) => {
    const sent = http.request({ host: '127.0.0.1', port, method, path, headers }, (response) => {
      let text = ''
      response.setEncoding('utf8')
      response.on('data', (piece) => {
        text += piece
      })
      response.on('end', () => resolve({ status: response.statusCode, text }))
    })
    sent.on('error', reject)
    sent.end(body)
  })
}

/** Waits until something is so. */
export async function until(isSo, otherwise, ms = READY_MS) {
  const end = Date.now() + ms
  while (!(await isSo())) {
    if (Date.now() > end) throw new Error(otherwise)
    await new Promise((resolve) => setTimeout(resolve, LOOK_AGAIN_MS))
  }
}
