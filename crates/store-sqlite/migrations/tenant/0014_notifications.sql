-- What people want to be told of, and how much of it they have not read.

-- `notify` is what the engine acts upon, `client` what clients keep for themselves; both JSON.
CREATE TABLE preferences (
    participant TEXT PRIMARY KEY,
    notify      BLOB NOT NULL,
    client      BLOB NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE room_choices (
    participant TEXT NOT NULL,
    room        INTEGER NOT NULL,
    mode        TEXT,
    muted_until INTEGER,
    PRIMARY KEY (participant, room)
) STRICT, WITHOUT ROWID;

-- Where a message stands in its log; 0 for what is no message, or has been redacted. Counting what is
-- unread reads the index from the marker on.
ALTER TABLE inbox ADD COLUMN seq INTEGER NOT NULL DEFAULT 0;
UPDATE inbox SET seq = coalesce((
    SELECT e.seq FROM entries e
    WHERE e.event_id = inbox.event_id AND e.room = inbox.room AND e.verdict <> 2
        AND e.id NOT IN (SELECT id FROM erasures)), 0)
WHERE reason IN ('direct_mention', 'room_mention');
CREATE INDEX inbox_unread ON inbox (participant, room, seq) WHERE seq > 0;
