-- The entry with which a member came in. `seq` moves on when they join once more, as they do under a new name.
ALTER TABLE members ADD COLUMN joined_seq INTEGER NOT NULL DEFAULT 0;
UPDATE members SET joined_seq = seq;
