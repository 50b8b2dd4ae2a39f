-- Messages of the index in the order of time: the seconds of the host's clock, then whatever number was free
-- in that second. So the newest matches of all rooms come first, and a search can end when it has enough.
CREATE TABLE search_docs (doc INTEGER PRIMARY KEY, entry INTEGER NOT NULL) STRICT;

-- Messages whose pieces are not in the index yet: it takes them some dozens at a time, because each step
-- costs it about the same however many messages it brings. Until then a search looks at each of them.
CREATE TABLE search_tail (id INTEGER PRIMARY KEY) STRICT;

-- The row id of the index is a doc from here on.
INSERT INTO search (search) VALUES ('delete-all');
