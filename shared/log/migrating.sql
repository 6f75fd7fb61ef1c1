-- name: table
-- What was applied to this database; there before the first migration.
CREATE TABLE IF NOT EXISTS migration (
    name text PRIMARY KEY,
    checksum text NOT NULL,
    applied timestamptz NOT NULL DEFAULT now()
);

-- name: one_at_a_time
-- Of two processes that start together one migrates and the other then finds it done.
SELECT pg_advisory_xact_lock(hashtext('medverka migrations'));

-- name: applied
SELECT name, checksum FROM migration;

-- name: note
-- $1 text name · $2 text SHA-256 of the file.
INSERT INTO migration (name, checksum) VALUES ($1, $2);
