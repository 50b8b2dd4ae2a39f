import { expect, it, vi } from 'vitest'

vi.mock('../people', () => import('../people/fqid'))
vi.mock('./words', () => ({ words: () => ({ unnamed: 'Unnamed' }) }))
const { roomName, serverBeside } = await import('./room-name')

const HOME = 'acme.example'
const bob = '@bob:globex.example'
const members = { r1: [{ participant_id: bob, participant: { display_name: 'Robert' } }] } as never

it('a direct message is called like the other person', () => {
  const dm = { id: 'r1', name: null, dm_with: bob, dm_with_name: 'Bob Brown' }
  // Who is in a room is known better than what its list was read with.
  expect(roomName(dm, { members })).toBe('Robert')
  expect(roomName(dm, { members: {} })).toBe('Bob Brown')
  expect(roomName({ ...dm, dm_with_name: null }, { members: {} })).toBe('bob')
  expect(roomName({ id: 'r2', name: 'Plans', dm_with: null, dm_with_name: null }, { members })).toBe('Plans')
  expect(roomName({ id: 'r2', name: null, dm_with: null, dm_with_name: null }, { members })).toBe('Unnamed')
})

it('with their server beside it, unless it is this one', () => {
  expect(serverBeside(bob, HOME)).toBe('globex.example')
  expect(serverBeside('@bo:acme.example', HOME)).toBeUndefined()
  expect(serverBeside(null, HOME)).toBeUndefined()
})
