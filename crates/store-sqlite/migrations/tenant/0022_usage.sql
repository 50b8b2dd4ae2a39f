-- What the tenant uses, counted with each write: whoever asks reads three rows, not all accounts.
CREATE TABLE usage (
    name TEXT PRIMARY KEY,
    n    INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
INSERT INTO usage VALUES
    ('open', (SELECT count(*) FROM participants WHERE deactivated_at IS NULL)),
    ('closed', (SELECT count(*) FROM participants WHERE deactivated_at IS NOT NULL)),
    ('rooms', (SELECT count(*) FROM rooms));

CREATE TRIGGER participants_made AFTER INSERT ON participants BEGIN
    UPDATE usage SET n = n + 1
    WHERE name = CASE WHEN new.deactivated_at IS NULL THEN 'open' ELSE 'closed' END;
END;
CREATE TRIGGER participants_changed AFTER UPDATE OF deactivated_at ON participants
WHEN (old.deactivated_at IS NULL) <> (new.deactivated_at IS NULL) BEGIN
    UPDATE usage SET n = n + CASE WHEN (name = 'open') = (new.deactivated_at IS NULL) THEN 1 ELSE -1 END
    WHERE name IN ('open', 'closed');
END;
CREATE TRIGGER rooms_made AFTER INSERT ON rooms BEGIN
    UPDATE usage SET n = n + 1 WHERE name = 'rooms';
END;
