import { expect, it, vi } from 'vitest'

vi.mock('../people', () => import('../people/fqid'))
vi.mock('./words', () => ({ words: () => ({ unnamed: 'Unnamed' }) }))
const { roomName, serverBeside } = await import('./room-name')

const HOME = 'acme.example'
const room = { id: 'r1', name: null, dm_with: '@bob:globex.example' }
const members = { r1: [{ participant_id: '@bob:globex.example', participant: { display_name: 'Bob Brown' } }] } as never

it('a direct message is called like the other person, with their server said once', () => {
  expect(serverBeside(room.dm_with, roomName(room, { members }, HOME), HOME)).toBe('globex.example')
  expect(roomName(room, { members: {} }, HOME)).toBe('@bob:globex.example')
  expect(serverBeside(room.dm_with, roomName(room, { members: {} }, HOME), HOME)).toBeUndefined()
  expect(serverBeside('@bo:acme.example', 'Bo', HOME)).toBeUndefined()
  expect(serverBeside(null, 'Plans', HOME)).toBeUndefined()
})
