-- What the operator grants a tenant (NULL: no limit), and since when its people are shut out.
CREATE TABLE standings (
    slug                TEXT PRIMARY KEY,
    participants        INTEGER,
    rooms               INTEGER,
    storage_bytes       INTEGER,
    requests_per_minute INTEGER,
    suspended_at        INTEGER
) STRICT, WITHOUT ROWID;
