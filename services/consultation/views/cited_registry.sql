-- name: table
CREATE TABLE cited_registry (
    key text PRIMARY KEY,
    events jsonb NOT NULL
);
