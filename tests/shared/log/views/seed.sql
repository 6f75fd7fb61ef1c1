-- name: table
CREATE TABLE seed (
    key text PRIMARY KEY,
    crop text NOT NULL,
    listed_on date NOT NULL,
    listed_by text NOT NULL
);
