-- name: table
CREATE TABLE contact (
    key text PRIMARY KEY,
    enterprise_id text NOT NULL,
    contacts jsonb NOT NULL
);

-- name: of_enterprise
-- The contacts of one enterprise; persons' addresses and names are sealed. $1 text key.
SELECT key, enterprise_id, contacts FROM contact WHERE key = $1;
