-- Where a login came from, when somebody was last seen, links with which a password is set anew, tokens for
-- programs, and second factors.

ALTER TABLE sessions ADD COLUMN address TEXT;
ALTER TABLE participants ADD COLUMN last_seen_at INTEGER;

-- One for each account; only the SHA-256 of what the link says.
CREATE TABLE reset_links (
    local_id   TEXT PRIMARY KEY,
    hash       BLOB NOT NULL UNIQUE,
    expires_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE api_tokens (
    id           BLOB PRIMARY KEY,
    local_id     TEXT NOT NULL,
    hash         BLOB NOT NULL UNIQUE,
    name         TEXT NOT NULL,
    can_read     INTEGER NOT NULL,
    can_write    INTEGER NOT NULL,
    can_admin    INTEGER NOT NULL,
    created_at   INTEGER NOT NULL,
    expires_at   INTEGER,
    last_used_at INTEGER
) STRICT, WITHOUT ROWID;
CREATE INDEX api_tokens_participant ON api_tokens (local_id, created_at);

-- `recovery` is the SHA-256 of every recovery code that was not used, one after the other.
CREATE TABLE totp (
    local_id  TEXT PRIMARY KEY,
    secret    BLOB NOT NULL,
    confirmed INTEGER NOT NULL,
    last_step INTEGER NOT NULL,
    recovery  BLOB NOT NULL
) STRICT, WITHOUT ROWID;
