import { describe, expect, it } from 'vitest'
import type { Event, RoomListItem } from '../api'
import type { Action } from './action'
import type { Frame } from './frame'
import { reduce } from './reduce'
import { begin, isRead, quoteKey, type State } from './state'
import { QUOTED_MAX } from './within'

const ROOM = 'room-abcdefghijklmnopqrstuvwxyz234567'
const ME = '@alice:acme.example'
const BOB = '@bob:globex.example'

/** A frame as the server writes it: `crates/api/src/shape/frame.rs` has the same in its tests. */
function frame(position: number | null, type: string, fields: object): Action {
  const base = { id: position === null ? null : `p${position}`, room_id: ROOM, tenant_id: 'acme', ts: '2026-11-22T13:43:32.010Z' }
  return { kind: 'frame', frame: { ...base, position, type, ...fields } as Frame }
}

function id(n: number): string {
  return `019ab7c2-0000-7000-8000-${String(n).padStart(12, '0')}`
}

function event(n: number, changes: Partial<Event> = {}): Event {
  return {
    id: id(n),
    room_id: ROOM,
    sender_id: BOB,
    sender: { fqid: BOB, display_name: 'Bob', server_name: 'globex.example', local_id: 'bob' },
    event_type: 'swp.room.message',
    content: { body: `message ${n}` } as unknown as Event['content'],
    stream_position: null,
    origin_ts: 1_795_355_012 + n,
    origin_ts_ms: (1_795_355_012 + n) * 1000,
    created_at: '2026-11-22T13:43:32.010Z',
    edited_at: null,
    redacted_at: null,
    redacted_by: null,
    seq: n,
    state: 'sequenced',
    reactions: [],
    reply_count: 0,
    ...changes,
  }
}

function message(position: number, n: number, changes: Partial<Event> = {}): Action {
  return frame(position, 'swp.room.message', { id: id(n), event: event(n, { stream_position: position, ...changes }) })
}

function room(changes: Partial<RoomListItem> = {}): RoomListItem {
  return {
    id: ROOM, name: 'Plans', topic: null, room_type: 'group', state: 'open', frozen: null, federated: true, federate: true,
    servers: ['acme.example', 'globex.example'], host: 'acme.example', hosted_here: true, host_reachable: true,
    head: { seq: 3, chain: 'AAAA' }, membership: 'join', power_level: 100, dm_with: null, dm_with_name: null, creator: ME,
    created_at: '2026-11-22T13:43:32.007Z', pending: 0, unread_count: 0, mention_count: 0, notification_mode: 'inherit',
    muted_until: null, last_read_event_id: null, last_event: null, ...changes,
  }
}

const PAGE: Action = { kind: 'newest', room: ROOM, page: [event(1), event(2), event(3)], meta: { has_more: true, next_cursor: '1' } }
const OPEN: Action[] = [{ kind: 'hello', position: 10 }, { kind: 'rooms', rooms: [room()], asked: 10 }, PAGE]

function play(...actions: Action[]): State {
  return actions.reduce(reduce, begin(ME))
}

function lines(state: State): number[] {
  return (state.timelines[ROOM]?.lines ?? []).map((line) => Number(line.id.slice(-12)))
}

function line(state: State, n: number) {
  return state.timelines[ROOM]?.lines.find((known) => known.id === id(n))
}

describe('a timeline', () => {
  it('has lines in the order of the room, and what waits at the end', () => {
    const pending = { seq: null, state: 'pending', sender_id: ME }
    const state = play(...OPEN, message(11, 90, pending), message(12, 5), message(13, 4), message(14, 91, pending))
    expect(lines(state)).toEqual([1, 2, 3, 4, 5, 90, 91])
    // The host gives it its place: the same line, once.
    const settled = reduce(state, message(15, 90, { seq: 6, sender_id: ME }))
    expect(lines(settled)).toEqual([1, 2, 3, 4, 5, 90, 91])
    expect(line(settled, 90)?.state).toBe('sequenced')
  })

  it('says why the host refused a line', () => {
    const refused = { code: 'SW_FED_NOT_AUTHORIZED', message: 'you were removed' }
    const state = play(...OPEN, message(11, 90, { seq: null, state: 'refused', refused, sender_id: ME }))
    expect(line(state, 90)?.refused).toEqual(refused)
  })

  it('shows what is being sent once, whoever is faster', () => {
    const local = { ...event(90, { seq: null, state: 'pending', sender_id: ME }), local: 'sending' as const }
    const sent = play(...OPEN, { kind: 'local', line: local }, message(11, 90, { seq: 4, sender_id: ME }))
    expect(line(sent, 90)?.local).toBeUndefined()
    expect(lines(reduce(sent, { kind: 'local', line: local }))).toEqual([1, 2, 3, 90])
    expect(line(reduce(sent, { kind: 'local', line: local }), 90)?.local).toBeUndefined()
  })

  it('takes no place away again by an answer that comes after the stream', () => {
    const local = { ...event(90, { seq: null, state: 'pending', sender_id: ME }), local: 'sending' as const }
    const sequenced = play(...OPEN, { kind: 'local', line: local }, message(11, 90, { seq: 4, sender_id: ME }))
    const answered = reduce(sequenced, { kind: 'local', line: event(90, { seq: null, state: 'pending', sender_id: ME }) })
    expect(line(answered, 90)).toMatchObject({ state: 'sequenced', seq: 4 })
    expect(answered.rooms?.[ROOM]?.pending).toBe(sequenced.rooms?.[ROOM]?.pending)
  })

  it('keeps its own lines when everything is read anew', () => {
    const local = { ...event(90, { seq: null, sender_id: ME }), local: 'failed' as const, failure: { code: 'SW_ROOM_FORBIDDEN', message: 'no' } }
    const state = play(...OPEN, { kind: 'local', line: local }, { kind: 'restart' }, PAGE)
    expect(lines(state)).toEqual([1, 2, 3, 90])
  })

  it('is not read because something was written in it', () => {
    const local = { ...event(90, { seq: null, state: 'pending', sender_id: ME }), local: 'sending' as const }
    const unread = play({ kind: 'hello', position: 10 }, { kind: 'rooms', rooms: [room()], asked: 10 }, { kind: 'local', line: local })
    expect(lines(unread)).toEqual([90])
    expect(isRead(unread.timelines[ROOM])).toBe(false)
    // What others say is read with the rest; what was written here gets its place.
    const told = [message(11, 4), message(12, 90, { seq: 5, sender_id: ME }), message(13, 6)].reduce(reduce, unread)
    expect(line(told, 90)).toMatchObject({ seq: 5 })
    expect(isRead(told.timelines[ROOM])).toBe(false)
    const page: Action = { kind: 'newest', room: ROOM, page: [event(3), event(4), event(90, { seq: 5 }), event(6)], meta: { has_more: true, next_cursor: '3' } }
    const read = reduce(told, page)
    expect(lines(read)).toEqual([3, 4, 90, 6])
    expect(isRead(read.timelines[ROOM])).toBe(true)
    expect(isRead(undefined)).toBe(false)
  })

  it('does not take in an old line above what it has', () => {
    const state = play(...OPEN, { kind: 'newest', room: ROOM, page: [event(8), event(9)], meta: { has_more: true, next_cursor: '8' } }, message(11, 2, { edited_at: 'x' }))
    expect(lines(state)).toEqual([8, 9])
  })

  it('grows at the top by pages, without doubles', () => {
    const older: Action = { kind: 'older', room: ROOM, page: [event(0), event(1)], meta: { has_more: false, next_cursor: null } }
    const state = play(...OPEN, older)
    expect(lines(state)).toEqual([0, 1, 2, 3])
    expect(state.timelines[ROOM]?.older).toBeNull()
  })

  it('tells of what is missing', () => {
    const gap = { after_seq: 0, before_seq: 8, missing: 7, code: 'SW_FED_PEER_UNREACHABLE', message: 'the host cannot be reached' }
    const state = play({ kind: 'newest', room: ROOM, page: [event(8)], meta: { has_more: true, next_cursor: '8', gap } })
    expect(state.timelines[ROOM]?.gap).toEqual(gap)
  })
})

describe('changes of a line', () => {
  it('edits and redacts', () => {
    const edit = frame(11, 'swp.room.edit', { event_id: id(2), content: { body: 'hello' }, edited_at: '2026-11-22T13:43:32.011Z' })
    const edited = play(...OPEN, edit)
    expect(line(edited, 2)?.content).toEqual({ body: 'hello' })
    const gone = frame(12, 'swp.room.redaction', { event_id: id(2), redacted_by: BOB, reason: null, redacted_at: '2026-11-22T13:43:32.012Z' })
    const redacted = reduce(edited, gone)
    expect(line(redacted, 2)).toMatchObject({ content: {}, redacted_by: BOB })
    // An edit that comes after does not bring it back.
    const late = frame(13, 'swp.room.edit', { event_id: id(2), content: { body: 'again' }, edited_at: '2026-11-22T13:43:32.013Z' })
    expect(line(reduce(redacted, late), 2)?.content).toEqual({})
  })

  it('counts reactions once for each person, and knows its own', () => {
    const react = (position: number, sender_id: string, action: string) =>
      frame(position, 'swp.room.reaction', { event_id: id(2), sender_id, emoji: '🎉', action })
    const state = play(...OPEN, { kind: 'reacted', room: ROOM, event_id: id(2), emoji: '🎉', add: true }, react(11, ME, 'add'), react(12, BOB, 'add'))
    expect(line(state, 2)?.reactions).toEqual([{ emoji: '🎉', count: 2, me: true, participants: [ME, BOB] }])
    const less = [react(13, ME, 'remove'), react(14, ME, 'remove')].reduce(reduce, state)
    expect(line(less, 2)?.reactions).toEqual([{ emoji: '🎉', count: 1, me: false, participants: [BOB] }])
    expect(line(reduce(less, react(15, BOB, 'remove')), 2)?.reactions).toEqual([])
  })

  it('knows its own reaction in an event that is the same for all', () => {
    const reactions = [{ emoji: '🎉', count: 1, me: false, participants: [ME] }]
    expect(line(play(...OPEN, message(11, 4, { reactions })), 4)?.reactions[0]?.me).toBe(true)
  })

  it('counts an answer once', () => {
    const answer = { content: { body: 'yes', thread_root: id(2), reply_to_event_id: id(2) } as unknown as Event['content'] }
    const state = play(...OPEN, message(11, 4, answer), message(12, 4, answer))
    expect(line(state, 2)?.reply_count).toBe(1)
    // An own answer, as the server has taken it, and then as the stream tells of it.
    const own = event(5, { ...answer, sender_id: ME })
    const sending = { ...own, seq: null, local: 'sending' as const }
    const sent = play(...OPEN, { kind: 'local', line: sending }, { kind: 'local', line: own }, message(11, 5, { ...answer, sender_id: ME }))
    expect(line(sent, 2)?.reply_count).toBe(1)
  })
})

describe('the list of rooms', () => {
  it('counts what others say, and not what it was read with', () => {
    const state = play(...OPEN, message(11, 3), message(12, 4), message(13, 5), message(14, 6, { sender_id: ME }))
    expect(state.rooms?.[ROOM]).toMatchObject({ unread_count: 2, last_event: { id: id(6) } })
  })

  it('counts a message that waits when it has its place', () => {
    const waiting = play(...OPEN, message(11, 90, { seq: null, state: 'pending', sender_id: '@carol:acme.example' }))
    expect(waiting.rooms?.[ROOM]).toMatchObject({ unread_count: 0, pending: 1 })
    const settled = reduce(waiting, message(12, 90, { seq: 4, sender_id: '@carol:acme.example' }))
    expect(settled.rooms?.[ROOM]).toMatchObject({ unread_count: 1, pending: 0 })
  })

  // Row T129b: whichever way an event comes first, and however often.
  it('shows and counts once what comes between an answer and the stream', () => {
    const list = (upTo: number, asked: number): Action => ({ kind: 'rooms', rooms: [room({ head: { seq: upTo, chain: 'AAAA' }, unread_count: upTo - 3 })], asked })
    const state = (upTo: number, asked: number): Action => ({ kind: 'room', room: room({ head: { seq: upTo, chain: 'AAAA' }, unread_count: upTo - 3 }), members: [], asked })
    const page = (upTo: number): Action => ({ kind: 'newest', room: ROOM, page: Array.from({ length: upTo }, (_, n) => event(n + 1)), meta: { has_more: true, next_cursor: '1' } })
    const told = message(11, 4)
    const orders: [string, Action[], string[]][] = [
      ['after both', [list(3, 10), page(3), told], []],
      ['in both, and then told', [list(4, 10), page(4), told, told], []],
      ['told before answers that have it', [list(3, 10), told, list(4, 10), page(4)], []],
      ['told before answers that were made without it', [list(3, 10), page(3), told, list(3, 10), page(3)], [ROOM]],
      ['the same of one room', [list(3, 10), page(3), told, state(3, 10), page(3)], [ROOM]],
      ['and asked again', [list(3, 10), page(3), told, state(3, 10), state(4, 11)], []],
    ]
    for (const [name, actions, again] of orders) {
      const after = play({ kind: 'hello', position: 10 }, ...actions)
      expect(after.timelines[ROOM]?.lines.map((line) => line.seq), name).toEqual([1, 2, 3, 4])
      expect(after.rooms?.[ROOM], name).toMatchObject({ unread_count: 1, head: { seq: 4 } })
      expect(after.stale.rooms, name).toEqual(again)
    }
  })

  it('believes that a room has become shorter, when nothing else was told meanwhile', () => {
    const shorter: Action = { kind: 'rooms', rooms: [room({ head: { seq: 2, chain: 'AAAA' } })], asked: 11 }
    const state = play(...OPEN, message(11, 4), shorter)
    expect([state.rooms?.[ROOM]?.head.seq, state.stale.rooms]).toEqual([2, []])
  })

  it('is read where another device has read', () => {
    const marker = (position: number, n: number) => frame(position, 'swp.room.read_marker', { event_id: id(n) })
    const unread = play(...OPEN, message(11, 4), message(12, 5))
    expect(reduce(unread, marker(13, 5)).rooms?.[ROOM]?.unread_count).toBe(0)
    // Only a part: the server counts.
    expect(reduce(unread, marker(13, 4)).stale.rooms).toEqual([ROOM])
  })

  it('has mentions, names, topics and choices', () => {
    const notification = { reason: 'direct_mention', event_id: id(4), sender_id: BOB, snippet: 'hi', silent: true }
    const state = play(...OPEN, frame(11, 'swp.notification', notification), frame(12, 'swp.room.name', { name: 'Next' }),
      frame(13, 'swp.room.topic', { topic: 'soon' }), frame(14, 'swp.room.notification_mode', { notification_mode: 'none', muted_until: null }),
      frame(15, 'swp.room.federation', { host_reachable: false }))
    expect(state.rooms?.[ROOM]).toMatchObject({ mention_count: 1, name: 'Next', topic: 'soon', notification_mode: 'none', host_reachable: false })
    expect(state.alert).toEqual({ room_id: ROOM, ...notification })
    // Who has read it already is told, and it is not counted.
    const read = play(...OPEN, message(11, 4), { kind: 'read', room: ROOM, event_id: id(4) }, frame(12, 'swp.notification', notification))
    expect(read.rooms?.[ROOM]?.mention_count).toBe(0)
    expect(read.alert?.event_id).toBe(id(4))
  })

  it('is read again when it changed to something that the frame does not say', () => {
    const member = (position: number, participant_id: string, membership: string) =>
      frame(position, 'swp.room.member', { participant_id, membership, changed_by: BOB, display_name: null })
    expect(play(...OPEN, member(11, BOB, 'join')).stale.rooms).toEqual([ROOM])
    expect(play(...OPEN, member(11, ME, 'join')).stale).toMatchObject({ list: true, invitations: true })
    expect(play(...OPEN, frame(11, 'swp.me', {})).stale.me).toBe(true)
    expect(play(...OPEN, frame(11, 'swp.room.settings', {})).stale.rooms).toEqual([ROOM])
    const invite = { reason: 'invite', event_id: id(4), sender_id: BOB, snippet: '', silent: false }
    expect(play(...OPEN, frame(11, 'swp.notification', invite)).stale.invitations).toBe(true)
    expect(play({ kind: 'hello', position: 10 }, { kind: 'rooms', rooms: [], asked: 10 }, message(11, 4)).stale.list).toBe(true)
  })
})

describe('the stream', () => {
  it('says nothing new twice', () => {
    const state = play(...OPEN, message(11, 4))
    expect(reduce(state, message(11, 4))).toBe(state)
    expect(reduce(state, message(9, 7))).toBe(state)
    expect(state.position).toBe(11)
  })

  it('leaves alone what it does not understand', () => {
    const state = play(...OPEN)
    expect(reduce(state, frame(11, 'swp.room.dance', {}))).toEqual({ ...state, position: 11 })
  })

  it('knows who is writing until they say something', () => {
    const typing = (typing: boolean) => frame(null, 'typing', { participant_id: BOB, typing })
    const writing = play(...OPEN, typing(true), typing(true))
    expect(writing.typing[ROOM]).toEqual([BOB])
    expect(reduce(writing, typing(false)).typing[ROOM]).toEqual([])
    expect(reduce(writing, message(11, 4)).typing[ROOM]).toEqual([])
    expect(writing.position).toBe(10)
  })

  it('knows who is there', () => {
    expect(play(frame(null, 'presence', { participant_id: BOB, presence: 'idle' })).presence).toEqual({ [BOB]: 'idle' })
  })

  it('says when pins and settings are to be read again', () => {
    const run = (actions: Action[]): State => actions.reduce(reduce, begin(ME))
    const before = run(OPEN).resettled
    expect(run([...OPEN, frame(11, 'swp.room.settings', {})]).resettled).toBeGreaterThan(before)
    expect(run([...OPEN, { kind: 'restart' }]).resettled).toBeGreaterThan(before)
    expect(run([...OPEN, message(11, 4)]).resettled).toBe(before)
  })
})

describe('what a message answers', () => {
  const quoted = (n: number): Action => ({ kind: 'quoted', room: ROOM, id: id(n), event: event(n) })
  const gone: Action = { kind: 'quoted', room: ROOM, id: id(1), event: null }

  it('is changed and emptied like what stands in a timeline', () => {
    const edited = reduce(reduce(begin(ME), quoted(1)), frame(11, 'swp.room.edit', { event_id: id(1), content: { body: 'better' }, edited_at: 'now' }))
    expect(edited.quoted[quoteKey(ROOM, id(1))]?.content).toEqual({ body: 'better' })
    const redacted = reduce(edited, frame(12, 'swp.room.redaction', { event_id: id(1), redacted_by: BOB, reason: null, redacted_at: 'now' }))
    expect(redacted.quoted[quoteKey(ROOM, id(1))]).toMatchObject({ content: {}, redacted_by: BOB })
  })

  it('may not be there, and is read anew when the stream begins anew', () => {
    const state = reduce(begin(ME), gone)
    expect(state.quoted[quoteKey(ROOM, id(1))]).toBeNull()
    expect(reduce(state, { kind: 'restart' }).quoted).toEqual({})
  })

  it('is kept for so many messages and no more: the oldest goes', () => {
    const full = Array.from({ length: QUOTED_MAX }, (_, n) => quoted(n)).reduce(reduce, begin(ME))
    expect(Object.keys(full.quoted)).toHaveLength(QUOTED_MAX)
    const more = reduce(full, quoted(QUOTED_MAX))
    expect(Object.keys(more.quoted)).toHaveLength(QUOTED_MAX)
    expect(more.quoted[quoteKey(ROOM, id(0))]).toBeUndefined()
    expect(more.quoted[quoteKey(ROOM, id(QUOTED_MAX))]).toBeTruthy()
    // Once more the same pushes nothing out.
    expect(Object.keys(reduce(full, quoted(5)).quoted)).toHaveLength(QUOTED_MAX)
  })
})
