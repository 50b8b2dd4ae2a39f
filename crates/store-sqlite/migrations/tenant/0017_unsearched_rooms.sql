-- Rooms in which nothing is found by a search: their messages never get a row in the index.
ALTER TABLE rooms ADD COLUMN searched INTEGER NOT NULL DEFAULT 1;
