-- Who an identity provider says that somebody is: the account is found by issuer and subject, and by nothing else.

CREATE TABLE identities (
    id           BLOB PRIMARY KEY,
    local_id     TEXT NOT NULL,
    issuer       TEXT NOT NULL,
    subject      TEXT NOT NULL,
    email        TEXT,
    created_at   INTEGER NOT NULL,
    last_used_at INTEGER,
    UNIQUE (issuer, subject)
) STRICT, WITHOUT ROWID;
CREATE INDEX identities_participant ON identities (local_id, created_at);
