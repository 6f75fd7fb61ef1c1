-- name: table
CREATE TABLE plot (
    key text PRIMARY KEY,
    name text NOT NULL,
    crop text NOT NULL,
    let_on date NOT NULL,
    let_by text NOT NULL,
    tended integer NOT NULL,
    notes jsonb NOT NULL,
    kinds jsonb NOT NULL,
    given_up_on date
);
