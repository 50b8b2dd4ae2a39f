-- One tenant. Times are ms since the Unix epoch, ids of events 16 bytes, hashes 32 bytes.
-- What moves with every message (heads, origin_seqs) stands apart from what is large and rests
-- (rooms, room_servers): a commit writes whole pages, so small rows that share a page are cheap.

-- Rooms are known by a small number everywhere below. A number is given once and never taken back,
-- so any process may remember it.
CREATE TABLE room_numbers (
    room    INTEGER PRIMARY KEY,
    room_id TEXT NOT NULL UNIQUE
) STRICT;

CREATE TABLE rooms (
    room       INTEGER PRIMARY KEY,
    host       TEXT NOT NULL,
    base_seq   INTEGER NOT NULL,
    base_chain BLOB NOT NULL,
    first_seq  INTEGER NOT NULL,
    frozen     TEXT,
    core       BLOB NOT NULL
) STRICT;

CREATE TABLE heads (
    room  INTEGER PRIMARY KEY,
    term  INTEGER NOT NULL,
    seq   INTEGER NOT NULL,
    chain BLOB NOT NULL,
    ts    INTEGER NOT NULL
) STRICT;

CREATE TABLE members (
    room         INTEGER NOT NULL,
    participant  TEXT NOT NULL,
    membership   TEXT NOT NULL,
    seq          INTEGER NOT NULL,
    invited_by   TEXT,
    display_name TEXT,
    avatar       TEXT,
    PRIMARY KEY (room, participant)
) STRICT, WITHOUT ROWID;
CREATE INDEX members_present ON members (participant, membership, room)
    WHERE membership IN ('invite', 'join');
-- By the server of whoever is invited: the part after the first colon.
CREATE INDEX members_invited ON members (substr(participant, instr(participant, ':') + 1))
    WHERE membership = 'invite';

CREATE TABLE room_servers (
    room       INTEGER NOT NULL,
    server     TEXT NOT NULL,
    present    INTEGER NOT NULL,
    descriptor BLOB NOT NULL,
    PRIMARY KEY (room, server)
) STRICT, WITHOUT ROWID;
CREATE INDEX room_servers_server ON room_servers (server, room);

CREATE TABLE origin_seqs (
    room   INTEGER NOT NULL,
    server TEXT NOT NULL,
    seq    INTEGER NOT NULL,
    PRIMARY KEY (room, server)
) STRICT, WITHOUT ROWID;

-- The log. `id` is room << 40 | seq: the log of one room lies together in order, an append needs no
-- index of (room, seq) beside the table, and every index below ends in the position for free.
CREATE TABLE entries (
    id          INTEGER PRIMARY KEY,
    room        INTEGER NOT NULL AS (id >> 40) VIRTUAL,
    seq         INTEGER NOT NULL AS (id & 0xFFFFFFFFFF) VIRTUAL,
    term        INTEGER NOT NULL,
    ts          INTEGER NOT NULL,
    chain       BLOB NOT NULL,
    hash        BLOB NOT NULL,
    event_id    BLOB NOT NULL,
    kind        TEXT NOT NULL,
    sender      TEXT NOT NULL,
    verdict     INTEGER NOT NULL,
    shown       INTEGER NOT NULL,
    target      BLOB,
    thread_root BLOB,
    event       BLOB NOT NULL
) STRICT;
-- The event first: version 7 ids rise with time, so that messages of all rooms end up on one page.
CREATE UNIQUE INDEX entries_event ON entries (event_id, room);
-- Timelines and unread counts, without touching the events between the lines.
CREATE INDEX entries_shown ON entries (id, kind, sender) WHERE shown;
CREATE INDEX entries_edit ON entries (target) WHERE kind = 'swp.room.edit';
CREATE INDEX entries_reply ON entries (target, thread_root)
    WHERE kind = 'swp.room.message' AND shown AND target IS NOT NULL;
CREATE INDEX entries_thread ON entries (thread_root)
    WHERE kind = 'swp.room.message' AND shown AND thread_root IS NOT NULL;

-- Who took an entry's content away. The entry itself then holds the erased event.
CREATE TABLE erasures (
    id     INTEGER PRIMARY KEY,
    by     TEXT NOT NULL,
    at     INTEGER NOT NULL,
    reason TEXT
) STRICT;

CREATE TABLE checkpoints (
    room       INTEGER NOT NULL,
    seq        INTEGER NOT NULL,
    checkpoint BLOB NOT NULL,
    PRIMARY KEY (room, seq)
) STRICT, WITHOUT ROWID;

CREATE TABLE edits (
    room     INTEGER NOT NULL,
    target   BLOB NOT NULL,
    event_id BLOB NOT NULL,
    seq      INTEGER NOT NULL,
    ts       INTEGER NOT NULL,
    content  BLOB NOT NULL,
    PRIMARY KEY (room, target)
) STRICT, WITHOUT ROWID;

CREATE TABLE reactions (
    room     INTEGER NOT NULL,
    target   BLOB NOT NULL,
    emoji    TEXT NOT NULL,
    sender   TEXT NOT NULL,
    event_id BLOB NOT NULL,
    seq      INTEGER NOT NULL,
    PRIMARY KEY (room, target, emoji, sender)
) STRICT, WITHOUT ROWID;

CREATE TABLE pending (
    room            INTEGER NOT NULL,
    origin_seq      INTEGER NOT NULL,
    event_id        BLOB NOT NULL,
    sender          TEXT NOT NULL,
    kind            TEXT NOT NULL,
    created_at      INTEGER NOT NULL,
    refused_code    TEXT,
    refused_message TEXT,
    event           BLOB NOT NULL,
    PRIMARY KEY (room, origin_seq, event_id)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX pending_event ON pending (room, event_id);

CREATE TABLE stream (
    position    INTEGER PRIMARY KEY,
    room        INTEGER,
    participant TEXT,
    kind        TEXT NOT NULL,
    event_id    BLOB,
    payload     BLOB
) STRICT;

CREATE TABLE inbox (
    participant TEXT NOT NULL,
    event_id    BLOB NOT NULL,
    room        INTEGER NOT NULL,
    sender      TEXT NOT NULL,
    reason      TEXT NOT NULL,
    snippet     TEXT NOT NULL,
    created_at  INTEGER NOT NULL,
    PRIMARY KEY (participant, event_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX inbox_newest ON inbox (participant, created_at, event_id);
-- An erased event takes its snippets with it.
CREATE INDEX inbox_event ON inbox (event_id, room);

CREATE TABLE read_markers (
    participant TEXT NOT NULL,
    room        INTEGER NOT NULL,
    event_id    BLOB NOT NULL,
    seq         INTEGER NOT NULL,
    PRIMARY KEY (participant, room)
) STRICT, WITHOUT ROWID;

CREATE TABLE dms (
    participant TEXT NOT NULL,
    other       TEXT NOT NULL,
    room        INTEGER NOT NULL,
    PRIMARY KEY (participant, other)
) STRICT, WITHOUT ROWID;

-- The server first: a peer worker asks for its own rooms; `followers_room` answers for one room.
CREATE TABLE followers (
    server    TEXT NOT NULL,
    room      INTEGER NOT NULL,
    acked_seq INTEGER NOT NULL,
    stopped   TEXT,
    PRIMARY KEY (server, room)
) STRICT, WITHOUT ROWID;
CREATE INDEX followers_room ON followers (room, server);

CREATE TABLE outbox (
    id          BLOB PRIMARY KEY,
    peer        TEXT NOT NULL,
    kind        TEXT NOT NULL,
    room        INTEGER NOT NULL,
    participant TEXT,
    created_at  INTEGER NOT NULL,
    item        BLOB NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX outbox_peer ON outbox (peer, id);

CREATE TABLE peers (
    server           TEXT PRIMARY KEY,
    descriptor       BLOB,
    descriptor_at    INTEGER,
    pinned_keys      TEXT NOT NULL,
    pinned_recovery  TEXT,
    first_contact_at INTEGER NOT NULL,
    last_seen_at     INTEGER,
    last_error       TEXT,
    last_error_at    INTEGER
) STRICT, WITHOUT ROWID;

-- `line` counts what was ever written, so that the oldest can be dropped without counting.
CREATE TABLE rejections (
    line      INTEGER PRIMARY KEY,
    id        BLOB NOT NULL UNIQUE,
    at        INTEGER NOT NULL,
    direction INTEGER NOT NULL,
    peer      TEXT NOT NULL,
    step      TEXT NOT NULL,
    room_id   TEXT,
    event_id  TEXT,
    kind      TEXT,
    code      TEXT NOT NULL,
    message   TEXT NOT NULL,
    size      INTEGER NOT NULL,
    sample    BLOB NOT NULL
) STRICT;
CREATE INDEX rejections_peer ON rejections (peer, id);
CREATE INDEX rejections_code ON rejections (code, id);

CREATE TABLE invitations (
    participant TEXT NOT NULL,
    room        INTEGER NOT NULL,
    inviter     TEXT NOT NULL,
    host        TEXT NOT NULL,
    event_id    BLOB NOT NULL,
    at          INTEGER NOT NULL,
    event       BLOB NOT NULL,
    card        BLOB NOT NULL,
    PRIMARY KEY (participant, room)
) STRICT, WITHOUT ROWID;
CREATE INDEX invitations_room ON invitations (room, participant);

CREATE TABLE own_keys (
    key_id    TEXT PRIMARY KEY,
    record    BLOB NOT NULL,
    seed      BLOB NOT NULL,
    sign_from INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE settings (
    name  TEXT PRIMARY KEY,
    value BLOB NOT NULL
) STRICT, WITHOUT ROWID;

-- `folded_name` is the display name in lower case of all scripts; SQLite's own LIKE knows only ASCII.
CREATE TABLE participants (
    local_id       TEXT PRIMARY KEY,
    display_name   TEXT NOT NULL,
    folded_name    TEXT NOT NULL,
    avatar         TEXT,
    role           INTEGER NOT NULL,
    bot            INTEGER NOT NULL,
    password_hash  TEXT,
    created_at     INTEGER NOT NULL,
    deactivated_at INTEGER
) STRICT, WITHOUT ROWID;

CREATE TABLE sessions (
    id                    BLOB PRIMARY KEY,
    local_id              TEXT NOT NULL,
    access_hash           BLOB NOT NULL UNIQUE,
    access_expires_at     INTEGER NOT NULL,
    refresh_hash          BLOB NOT NULL UNIQUE,
    refresh_expires_at    INTEGER NOT NULL,
    previous_refresh_hash BLOB,
    created_at            INTEGER NOT NULL,
    last_used_at          INTEGER NOT NULL,
    user_agent            TEXT
) STRICT, WITHOUT ROWID;
CREATE INDEX sessions_participant ON sessions (local_id, created_at);
CREATE INDEX sessions_previous ON sessions (previous_refresh_hash)
    WHERE previous_refresh_hash IS NOT NULL;
