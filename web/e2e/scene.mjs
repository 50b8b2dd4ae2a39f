import { Server, until } from './servers.mjs'

export const PASSWORD = 'correct horse battery'

/** Two servers that admit each other: alice is admin of the first, bob of the second. */
export async function twoServers([first, second]) {
  const acme = new Server('acme.localhost', first)
  const globex = new Server('globex.localhost', second)
  await Promise.all([acme.start(), globex.start()])
  await acme.createUser('alice', 'Alice Adams', 'admin', PASSWORD)
  await globex.createUser('bob', 'Bob Brown', 'admin', PASSWORD)
  const tokens = { alice: await acme.token('alice', PASSWORD), bob: await globex.token('bob', PASSWORD) }
  await acme.ask(tokens.alice, 'PUT', '/v1/admin/federation/policy', { allowed_peers: [globex.name] })
  await globex.ask(tokens.bob, 'PUT', '/v1/admin/federation/policy', { allowed_peers: [acme.name] })
  return { acme, globex, tokens }
}

/** A room in which alice and bob are, each of their own server; made by one of them. */
export async function sharedRoom({ acme, globex, tokens }, name, by = 'alice') {
  const people = [{ server: acme, local: 'alice', token: tokens.alice }, { server: globex, local: 'bob', token: tokens.bob }]
  const [host, guest] = by === 'alice' ? people : people.reverse()
  const room = await host.server.ask(host.token, 'POST', '/v1/rooms', { name, room_type: 'group' })
  await host.server.ask(host.token, 'POST', `/v1/rooms/${encodeURIComponent(room.id)}/invite`, { participant_id: `@${guest.local}:${guest.server.name}` })
  await until(async () => (await guest.server.ask(guest.token, 'GET', '/v1/me/invitations')).some((one) => one.room_id === room.id), `the invitation to ${name} did not arrive`)
  await guest.server.ask(guest.token, 'POST', `/v1/me/invitations/${encodeURIComponent(room.id)}/accept`)
  await until(async () => (await guest.server.ask(guest.token, 'GET', '/v1/rooms')).some((one) => one.id === room.id && one.membership === 'join'), `${name} was not joined`)
  return room
}

/** Brings somebody of the same server into a room. */
export async function bringIn(server, token, room, guest) {
  await server.ask(token, 'POST', `/v1/rooms/${encodeURIComponent(room.id)}/invite`, { participant_id: `@${guest.local}:${server.name}` })
  await server.ask(guest.token, 'POST', `/v1/me/invitations/${encodeURIComponent(room.id)}/accept`)
}

export function send(server, token, room, body) {
  return server.ask(token, 'POST', `/v1/rooms/${encodeURIComponent(room.id)}/send`, { content: { body } })
}
