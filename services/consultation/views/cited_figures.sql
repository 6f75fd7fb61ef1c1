-- name: table
CREATE TABLE cited_figures (
    key text PRIMARY KEY,
    events jsonb NOT NULL
);
