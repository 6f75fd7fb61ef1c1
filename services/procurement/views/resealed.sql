-- name: table
CREATE TABLE resealed (
    key text PRIMARY KEY,
    places jsonb NOT NULL
);
