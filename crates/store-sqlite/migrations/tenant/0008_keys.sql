-- Every key of a peer that was ever believed, and a descriptor of it that waits for an admin. A row of its
-- own, because `peers` is written with every contact.
CREATE TABLE peer_keys (
    server       TEXT PRIMARY KEY,
    known        BLOB NOT NULL,
    candidate    BLOB,
    candidate_at INTEGER
) STRICT, WITHOUT ROWID;

-- Whether a pending event has had another signature before: then the host may know it by that one.
ALTER TABLE pending ADD COLUMN signed_anew INTEGER NOT NULL DEFAULT 0;
