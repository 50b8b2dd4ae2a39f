-- Who changed what about the tenant and its federation, and what its admins must know. Never dropped:
-- it grows with what people do, not with what peers send.
CREATE TABLE audit (
    id       BLOB PRIMARY KEY,
    at       INTEGER NOT NULL,
    severity INTEGER NOT NULL,
    actor    TEXT NOT NULL,
    action   TEXT NOT NULL,
    peer     TEXT,
    room_id  TEXT,
    message  TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX audit_alarms ON audit (id) WHERE severity = 1;
