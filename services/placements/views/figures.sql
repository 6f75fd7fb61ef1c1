-- name: table
CREATE TABLE figures (
    key text PRIMARY KEY,
    period text NOT NULL,
    cells jsonb NOT NULL,
    rules_version text NOT NULL,
    log_index bigint NOT NULL
);

-- name: page
-- $1 text cursor · $2 int limit · $3 text period.
SELECT * FROM figures WHERE key > $1 AND ($3::text IS NULL OR period = $3) ORDER BY key LIMIT $2;

-- name: one
-- $1 text key.
SELECT * FROM figures WHERE key = $1;

-- name: past
-- All that was published before a quarter. $1 text its period.
SELECT * FROM figures WHERE period < $1 ORDER BY key;
