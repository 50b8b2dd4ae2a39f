-- Where a login came from, when somebody was last seen, and links with which a password is set anew.

ALTER TABLE sessions ADD COLUMN address TEXT;
ALTER TABLE participants ADD COLUMN last_seen_at INTEGER;

-- One for each account; only the SHA-256 of what the link says.
CREATE TABLE reset_links (
    local_id   TEXT PRIMARY KEY,
    hash       BLOB NOT NULL UNIQUE,
    expires_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
