-- What our people answered to invitations of rooms that are not here: the number of their leave, and
-- where the host has put it. A second invitation may cross the answer to the first.
CREATE TABLE declines (
    participant TEXT NOT NULL,
    room        INTEGER NOT NULL,
    origin_seq  INTEGER NOT NULL,
    seq         INTEGER,
    PRIMARY KEY (participant, room)
) STRICT, WITHOUT ROWID;
CREATE INDEX declines_room ON declines (room, participant);
