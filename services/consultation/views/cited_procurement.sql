-- name: table
CREATE TABLE cited_procurement (
    key text PRIMARY KEY,
    events jsonb NOT NULL
);
