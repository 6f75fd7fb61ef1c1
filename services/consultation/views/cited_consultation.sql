-- name: table
CREATE TABLE cited_consultation (
    key text PRIMARY KEY,
    events jsonb NOT NULL
);
