-- name: table
CREATE TABLE enterprise (
    key text PRIMARY KEY,
    enterprise_id text NOT NULL,
    name text,
    status text NOT NULL,
    since date NOT NULL,
    losses jsonb NOT NULL,
    mergers jsonb NOT NULL
);
-- page: those of one status, in the order of their keys
CREATE INDEX enterprise_status ON enterprise (status, key);

-- name: page
-- The enterprises at which a place can be bought, or could. $1 text cursor · $2 int limit · $3 text status.
SELECT key, enterprise_id, name, status, since FROM enterprise
WHERE key > $1
AND ($3::text IS NULL OR status = $3)
ORDER BY key LIMIT $2;

-- name: standing
-- How an enterprise stands, for a purchase that is about to be recorded. $1 text key.
SELECT status FROM enterprise WHERE key = $1;
