-- name: table
CREATE TABLE approval (
    key text PRIMARY KEY,
    tender_id text NOT NULL,
    approvals jsonb NOT NULL,
    version integer NOT NULL
);

-- name: one
-- What was approved of a tender's letters, and by whom. $1 text key.
SELECT key, tender_id, approvals, version FROM approval WHERE key = $1;
