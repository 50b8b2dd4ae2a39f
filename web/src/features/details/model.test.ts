import { describe, expect, it } from 'vitest'
import type { RoomIntegrity } from '../../api'
import { changes, muteUntil, verdict } from './model'

function servers(...same: (boolean | null)[]): Pick<RoomIntegrity, 'servers'> {
  return { servers: same.map((is) => ({ server_name: 'a', same: is, seq: 1, checked_at: null, unconfirmed: false })) }
}

describe('the history of a room', () => {
  it('is the same only when every server is known to have it', () => {
    expect(verdict(servers(true, true))).toBe('same')
    expect(verdict(servers(true, null))).toBe('unknown')
    expect(verdict(servers(null, false))).toBe('differs')
    expect(verdict(servers())).toBe('same')
  })
})

describe('a mute', () => {
  it('ends when it says', () => {
    const now = new Date(2026, 11, 31, 17, 30)
    expect(muteUntil('1h', now)).toBe(new Date(2026, 11, 31, 18, 30).toISOString())
    expect(muteUntil('8h', now)).toBe(new Date(2027, 0, 1, 1, 30).toISOString())
    expect(muteUntil('tomorrow', now)).toBe(new Date(2027, 0, 1, 8).toISOString())
    expect(muteUntil('week', now)).toBe(new Date(2027, 0, 7, 17, 30).toISOString())
  })
})

describe('settings', () => {
  const said = { federate: true, history: 'shared', invite: 0, pin: 50, write: 0, denied: '' }

  it('send only what was changed', () => {
    expect(changes({ federate: true }, said)).toEqual({})
    expect(changes({}, said)).toEqual({ federate: true })
    expect(changes({ federate: true, history: 'joined', invite_level: 50 }, said)).toEqual({ history: 'shared', invite_level: 0 })
  })

  it('keep the levels that they do not show', () => {
    const levels = { 'swp.room.name': 100, 'swp.room.pin': 0 }
    expect(changes({ federate: true, levels }, said)).toEqual({ levels: { 'swp.room.name': 100, 'swp.room.pin': 50, 'swp.room.message': 0 } })
    expect(changes({ federate: true, levels }, { ...said, pin: 0 })).toEqual({})
  })

  it('read servers one by one', () => {
    expect(changes({ federate: true }, { ...said, denied: 'Evil.example\n *.bad.example,' })).toEqual({ denied_servers: ['evil.example', '*.bad.example'] })
    expect(changes({ federate: true, denied_servers: ['evil.example'] }, { ...said, denied: 'evil.example' })).toEqual({})
  })
})
