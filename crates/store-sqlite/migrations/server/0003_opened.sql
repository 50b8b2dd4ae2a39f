-- Whether a tenant's file was there once: from then on one that is missing is a loss, and nothing to begin anew.
ALTER TABLE tenants ADD COLUMN opened INTEGER NOT NULL DEFAULT 0;
