-- What lies below the snapshot that a log begins with is filled downwards, page by page.

-- The chain right below `first_seq`. So far nothing was filled: logs begin at their base.
ALTER TABLE rooms ADD COLUMN chain_before BLOB NOT NULL 
    DEFAULT X'0000000000000000000000000000000000000000000000000000000000000000';
UPDATE rooms SET chain_before = base_chain;

-- The seq of a server's first join: below it a room with `joined` history gives it no words.
ALTER TABLE room_servers ADD COLUMN first_join INTEGER;
-- An upper bound, as from a snapshot: too much may travel erased, never too little.
UPDATE room_servers SET first_join = (
    SELECT min(m.seq) FROM members m
    WHERE m.room = room_servers.room AND m.membership = 'join'
        AND substr(m.participant, instr(m.participant, ':') + 1) = room_servers.server);

-- Snapshots that logs begin with, until those have been folded from seq 1. `held_…` is the stretch of
-- the log below the hole under such a base, if there is one.
CREATE TABLE bases (
    room              INTEGER NOT NULL,
    seq               INTEGER NOT NULL,
    held_first        INTEGER,
    held_chain_before BLOB,
    held_last         INTEGER,
    held_last_chain   BLOB,
    state             BLOB NOT NULL,
    PRIMARY KEY (room, seq)
) STRICT, WITHOUT ROWID;

-- What refers to an event. Edits have an index of their own already.
CREATE INDEX entries_referrer ON entries (target)
    WHERE kind IN ('swp.room.reaction', 'swp.room.redaction') AND target IS NOT NULL;
-- What is erased refers to nothing.
UPDATE entries SET target = NULL, thread_root = NULL WHERE id IN (SELECT id FROM erasures);
