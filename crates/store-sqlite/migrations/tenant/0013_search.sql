-- What people search for: for every message that is shown, the short pieces of its words (see grams.rs) as
-- a set. Neither texts nor places of words are kept in it: a row says only which message has a piece, and
-- whoever reads looks at the message itself. The row id is that of the entry.
CREATE VIRTUAL TABLE search USING fts5(
    grams, content = '', columnsize = 0, detail = none, tokenize = 'ascii'
);
-- What a redaction removes is taken out of the pages at once, not when segments are merged one day.
INSERT INTO search (search, rank) VALUES ('secure-delete', 1);
