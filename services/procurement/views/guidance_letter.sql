-- name: table
CREATE TABLE guidance_letter (
    key text PRIMARY KEY,
    for_year integer NOT NULL,
    letter jsonb NOT NULL,
    approvals jsonb NOT NULL,
    version integer NOT NULL
);

-- name: one
-- The letter of a year, and which words were approved by whom. $1 text key.
SELECT key, for_year, letter, approvals, version FROM guidance_letter WHERE key = $1;
