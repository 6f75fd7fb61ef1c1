-- name: table
CREATE TABLE wise (
    key text PRIMARY KEY,
    number text,
    times jsonb NOT NULL
);
-- at: an organisation by its number
CREATE INDEX wise_number ON wise (number);

-- name: at
-- Whether an organisation was a WISE on a day: no row, it was none. A time ends before the day of its end.
-- $1 text number · $2 date.
SELECT key FROM wise, jsonb_array_elements(times) AS time
WHERE number = $1 AND (time ->> 0)::date <= $2 AND ((time ->> 1) IS NULL OR (time ->> 1)::date > $2)
LIMIT 1;
