-- What admins ask about peers, about what was refused for good, and about who is in a room.

-- Their last request that verified here; since when they cannot be reached; since when an admin has
-- given them up.
ALTER TABLE peers ADD COLUMN last_heard_at INTEGER;
ALTER TABLE peers ADD COLUMN unreachable_since INTEGER;
ALTER TABLE peers ADD COLUMN dropped_at INTEGER;

-- Items that a peer has rejected for good, until an admin retries or drops them. `line` counts what was
-- ever written, so that the oldest can be dropped without counting.
CREATE TABLE dead_letters (
    line        INTEGER PRIMARY KEY,
    id          BLOB NOT NULL UNIQUE,
    at          INTEGER NOT NULL,
    peer        TEXT NOT NULL,
    kind        TEXT NOT NULL,
    room        INTEGER NOT NULL,
    event_id    BLOB,
    participant TEXT,
    code        TEXT NOT NULL,
    message     TEXT NOT NULL,
    item        BLOB NOT NULL
) STRICT;
CREATE INDEX dead_letters_peer ON dead_letters (peer, id);
CREATE INDEX dead_letters_room ON dead_letters (room, peer);

-- When which server came into a room and left it: few lines of a long log.
CREATE INDEX entries_server ON entries (id) WHERE kind = 'swp.room.server';
CREATE INDEX followers_stopped ON followers (server, room) WHERE stopped IS NOT NULL;
CREATE INDEX rejections_room ON rejections (room_id, id) WHERE room_id IS NOT NULL;
