-- The pieces of a message have the beginnings of its words too: what is stored is put into the index again.
DELETE FROM search_docs;
DELETE FROM search_tail;
INSERT INTO search (search) VALUES ('delete-all');
