-- What became of one event: looked up when a peer submits again what was refused before, and by admins.
CREATE INDEX rejections_event ON rejections (event_id) WHERE event_id IS NOT NULL;
