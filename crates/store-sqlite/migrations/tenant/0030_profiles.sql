-- What people of other servers are called, as their homes said when they were asked.
CREATE TABLE profiles (
    participant  TEXT NOT NULL PRIMARY KEY,
    display_name TEXT NOT NULL,
    avatar       TEXT,
    bot          INTEGER NOT NULL,
    fetched_at   INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
