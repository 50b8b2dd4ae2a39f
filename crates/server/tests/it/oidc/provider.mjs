// An OpenID Connect provider that others have made and certified (npm: oidc-provider), with two clients, and people
// who are whoever they say.
//
// Usage: MODULES=… node provider.mjs PORT CALLBACK…
// Each start makes new keys, as a provider does that has changed them.
import { generateKeyPairSync } from 'node:crypto';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

// Modules are looked for beside this file, and they lie where the test has installed them.
const modules = createRequire(join(process.env.MODULES, 'package.json'));
const { default: Provider } = await import(pathToFileURL(modules.resolve('oidc-provider')));

const [port, ...callbacks] = process.argv.slice(2);
const issuer = `http://127.0.0.1:${port}`;

function key(type, options) {
  const { privateKey } = generateKeyPairSync(type, options);
  return { ...privateKey.export({ format: 'jwk' }), use: 'sig' };
}

// People type `tenant.name`.
function claims(id) {
  const [tenant, name] = id.split('.');
  return {
    sub: `subject of ${id}`,
    preferred_username: name,
    name: `${name} of Corp`,
    email: `${name}@corp.example`,
    tenant_id: tenant,
    groups: name === 'boss' ? ['everybody', 'chat-admins'] : ['everybody'],
  };
}

function client(id, more) {
  return { client_id: id, redirect_uris: callbacks, ...more };
}

const provider = new Provider(issuer, {
  clients: [
    client('scaiwave', { client_secret: 'the secret: of scaiwave+' }),
    client('public', { token_endpoint_auth_method: 'none', id_token_signed_response_alg: 'ES256' }),
  ],
  jwks: { keys: [key('rsa', { modulusLength: 2048 }), key('ec', { namedCurve: 'P-256' })] },
  cookies: { keys: ['signs cookies'] },
  claims: {
    openid: ['sub'],
    profile: ['preferred_username', 'name', 'groups', 'tenant_id'],
    email: ['email'],
  },
  findAccount: (_context, id) => ({ accountId: id, claims: () => claims(id) }),
});

provider.listen(Number(port), '127.0.0.1');
