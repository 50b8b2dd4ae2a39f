-- A host that cheats may use an event id twice. The second entry is void, counts for the chain, and must
-- not stand in the way of the one that counts: of the others an id has one at most.
DROP INDEX entries_event;
-- The event first; version 7 ids rise with time.
CREATE UNIQUE INDEX entries_event
    ON entries (event_id, room, (CASE verdict WHEN 2 THEN id ELSE 0 END));
