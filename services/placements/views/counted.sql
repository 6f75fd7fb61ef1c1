-- name: table
CREATE TABLE counted (
    key text PRIMARY KEY,
    placement_id text NOT NULL,
    enterprise_id text,
    place_kind text NOT NULL,
    basis text NOT NULL,
    purchased_on date NOT NULL,
    purchase_recorded_on date NOT NULL,
    is_cancelled boolean NOT NULL,
    started_on date,
    ended_on date,
    outcome jsonb,
    outcome_recorded_on date
);

-- name: position
-- How many events of the log the rows stand on. $1 text log.
SELECT next_index FROM position WHERE follower = 'reactor' AND source = $1;

-- name: of_quarter
-- The places of which a quarter that begins on a day may count something. $1 date.
SELECT * FROM counted
WHERE ended_on IS NULL OR ended_on >= $1 OR purchase_recorded_on >= $1 OR outcome_recorded_on >= $1
ORDER BY key;

-- name: owed_in_quarter
-- The follow-ups that fell due or were recorded in a quarter. $1 date its first day · $2 date its last.
SELECT object_id AS placement_id, due_on, acted_on, acted_recorded_on, "end" FROM duty
WHERE clause = 'GS-4' AND (due_on BETWEEN $1 AND $2 OR acted_recorded_on BETWEEN $1 AND $2)
ORDER BY key;

-- name: enterprises
-- The enterprises of the registry, which are public: each has its cell.
SELECT enterprise_id FROM enterprise;
