-- Requests that came under a key of the client's own, and what was answered, so that each is done once however often
-- it is asked. Of the key itself only a hash is here.
CREATE TABLE keyed_requests (
    line      INTEGER PRIMARY KEY,
    local_id  TEXT NOT NULL,
    key       BLOB NOT NULL,
    request   BLOB NOT NULL,
    begun_at  INTEGER NOT NULL,
    -- NULL: begun, and not answered.
    status    INTEGER,
    -- NULL: answered, and the answer is not kept.
    body      BLOB,
    -- Whose content stands in the body.
    shows     BLOB,
    UNIQUE (local_id, key)
) STRICT;
CREATE INDEX keyed_requests_person ON keyed_requests (local_id, line);
CREATE INDEX keyed_requests_begun ON keyed_requests (begun_at);
CREATE INDEX keyed_requests_shows ON keyed_requests (shows) WHERE shows IS NOT NULL;
