-- name: table
CREATE TABLE said (
    key text PRIMARY KEY,
    placement_id text NOT NULL,
    subject_ref text NOT NULL,
    said jsonb NOT NULL
);

-- name: of_place
-- What was said of one place's person; every part of it is sealed. $1 text key.
SELECT key, placement_id, subject_ref, said FROM said WHERE key = $1;
