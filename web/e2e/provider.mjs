import { generateKeyPairSync } from 'node:crypto'
import Provider from 'oidc-provider'

const SECRET = 'the secret of scaiwave'

/** An OpenID Connect provider of others' making, on loopback, whose people are whoever they say. */
export class IdentityProvider {
  #listening

  constructor(port, callback) {
    this.port = port
    this.issuer = `http://127.0.0.1:${port}`
    this.callback = callback
  }

  /** What a server needs to know of it. */
  get settings() {
    return { SCAIWAVE_OIDC_ISSUER: this.issuer, SCAIWAVE_OIDC_CLIENT_ID: 'scaiwave', SCAIWAVE_OIDC_CLIENT_SECRET: SECRET, SCAIWAVE_OIDC_NAME: 'Example Corp' }
  }

  async start() {
    const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
    const provider = new Provider(this.issuer, {
      clients: [{ client_id: 'scaiwave', client_secret: SECRET, redirect_uris: [this.callback] }],
      jwks: { keys: [{ ...privateKey.export({ format: 'jwk' }), use: 'sig' }] },
      cookies: { keys: ['signs cookies'] },
      claims: { openid: ['sub'], profile: ['preferred_username', 'name'], email: ['email'] },
      findAccount: (_context, id) => ({ accountId: id, claims: () => ({ sub: `subject of ${id}`, preferred_username: id, name: `${id} of Corp`, email: `${id}@corp.example` }) }),
    })
    await new Promise((resolve) => {
      this.#listening = provider.listen(this.port, '127.0.0.1', resolve)
    })
  }

  async stop() {
    this.#listening?.closeAllConnections()
    await new Promise((resolve) => (this.#listening ? this.#listening.close(resolve) : resolve()))
    this.#listening = undefined
  }
}
