-- name: table
CREATE TABLE booking (
    key text PRIMARY KEY,
    table_number integer NOT NULL,
    on_day date NOT NULL,
    guests jsonb NOT NULL,
    is_served boolean NOT NULL,
    host jsonb
);

-- name: bookings
-- A page. $1 text cursor · $2 int limit · $3 int table · $4 date day · $5 boolean served · $6 text key.
SELECT * FROM booking
WHERE key > $1 AND ($3::integer IS NULL OR table_number = $3) AND ($4::date IS NULL OR on_day = $4)
    AND ($5::boolean IS NULL OR is_served = $5) AND ($6::text IS NULL OR key = $6)
ORDER BY key LIMIT $2;

-- name: booking
-- One. $1 text key.
SELECT * FROM booking WHERE key = $1;
