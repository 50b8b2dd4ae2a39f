-- What somebody wants others to see of their presence; NULL: whatever their sessions say.
ALTER TABLE participants ADD COLUMN presence TEXT;
