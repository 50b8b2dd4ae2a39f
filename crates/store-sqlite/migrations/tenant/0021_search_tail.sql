-- Messages whose pieces are not in the index yet: it takes them some dozens at a time, because each step
-- costs it about the same however many messages it brings. Until then a search looks at each of them.
CREATE TABLE search_tail (id INTEGER PRIMARY KEY) STRICT;
