-- Invitations that nobody hears of, invites that come again, personal blocks, reports.

ALTER TABLE invitations ADD COLUMN first_contact INTEGER NOT NULL DEFAULT 0;

-- Every invite event that was kept, also after its answer. `line` counts what was ever written, so that
-- the oldest can be dropped without counting.
CREATE TABLE known_invites (
    line     INTEGER PRIMARY KEY,
    event_id BLOB NOT NULL UNIQUE,
    host     TEXT NOT NULL,
    at       INTEGER NOT NULL
) STRICT;
CREATE INDEX known_invites_host ON known_invites (host, at);
INSERT INTO known_invites (event_id, host, at)
    SELECT event_id, host, at FROM invitations WHERE TRUE ON CONFLICT (event_id) DO NOTHING;
-- What was answered before this table was made stands in inboxes only; its host is not known any more.
INSERT INTO known_invites (event_id, host, at)
    SELECT event_id, '', created_at FROM inbox WHERE reason = 'invite'
    ON CONFLICT (event_id) DO NOTHING;

-- `whom` is a full name or, with `is_server`, the name of a server: their forms differ.
CREATE TABLE blocks (
    participant TEXT NOT NULL,
    whom        TEXT NOT NULL,
    is_server   INTEGER NOT NULL,
    at          INTEGER NOT NULL,
    PRIMARY KEY (participant, whom)
) STRICT, WITHOUT ROWID;

CREATE TABLE reports (
    line        INTEGER PRIMARY KEY,
    id          BLOB NOT NULL UNIQUE,
    room        INTEGER NOT NULL,
    event_id    BLOB NOT NULL,
    from_server TEXT NOT NULL,
    category    TEXT NOT NULL,
    text        TEXT,
    at          INTEGER NOT NULL,
    resolved_by TEXT,
    resolved_at INTEGER
) STRICT;
CREATE INDEX reports_room ON reports (room, id);
CREATE INDEX reports_open ON reports (room, id) WHERE resolved_at IS NULL;
