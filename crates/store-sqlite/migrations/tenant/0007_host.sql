-- Proof that a room's host is at fault: both sides of what it has signed.
CREATE TABLE evidence (
    id       BLOB PRIMARY KEY,
    room     INTEGER NOT NULL,
    at       INTEGER NOT NULL,
    reason   TEXT NOT NULL,
    document BLOB NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX evidence_room ON evidence (room, id);

-- Keys that a room's host says are another server's, until that server has confirmed them itself.
CREATE TABLE unconfirmed (
    room   INTEGER NOT NULL,
    server TEXT NOT NULL,
    key    TEXT NOT NULL,
    since  INTEGER NOT NULL,
    PRIMARY KEY (room, server, key)
) STRICT, WITHOUT ROWID;

-- Rooms that an admin agrees to take over from their host.
CREATE TABLE take_overs (
    room      INTEGER PRIMARY KEY,
    agreed_at INTEGER NOT NULL
) STRICT;
