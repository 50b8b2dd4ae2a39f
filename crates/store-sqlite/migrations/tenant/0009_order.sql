-- Lines of one millisecond have an order too: that in which they were written. Ids do not tell it.

CREATE TABLE audit_lines (
    line     INTEGER PRIMARY KEY,
    id       BLOB NOT NULL UNIQUE,
    at       INTEGER NOT NULL,
    severity INTEGER NOT NULL,
    actor    TEXT NOT NULL,
    action   TEXT NOT NULL,
    peer     TEXT,
    room_id  TEXT,
    message  TEXT NOT NULL
) STRICT;
INSERT INTO audit_lines (id, at, severity, actor, action, peer, room_id, message)
    SELECT id, at, severity, actor, action, peer, room_id, message FROM audit ORDER BY id;
DROP TABLE audit;
ALTER TABLE audit_lines RENAME TO audit;
CREATE INDEX audit_alarms ON audit (line) WHERE severity = 1;

-- Every index ends in the line for free.
DROP INDEX rejections_peer;
DROP INDEX rejections_code;
DROP INDEX rejections_room;
CREATE INDEX rejections_peer ON rejections (peer);
CREATE INDEX rejections_code ON rejections (code);
CREATE INDEX rejections_room ON rejections (room_id) WHERE room_id IS NOT NULL;
DROP INDEX dead_letters_peer;
CREATE INDEX dead_letters_peer ON dead_letters (peer);

-- Up to which point of the log an admin has settled which history counts, although the host has signed
-- two. What differs below is an old matter.
ALTER TABLE rooms ADD COLUMN settled_term INTEGER;
ALTER TABLE rooms ADD COLUMN settled_seq INTEGER;
