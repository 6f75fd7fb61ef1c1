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

-- first_recorded_on: the clock's look, each time
CREATE INDEX counted_recorded ON counted (purchase_recorded_on);

-- name: first_recorded_on
-- The day on which the first place was recorded.
SELECT min(purchase_recorded_on) FROM counted;

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

-- name: bought_by_basis
-- Places bought by basis, kind and quarter of recording: `places` for the board, `value` what it may tell others. That is not
-- published, so it must fit what is: all of a quarter is told, or nothing. It is told where every cell has five persons or more
-- of those who had a place then, and five or more of those bought for, and where they are together the total that was published.
-- $1 text cursor · $2 int limit · $3 text quarter (`2026-Q3`) · $4 text basis · $5 text kind of place.
WITH bought AS (
    SELECT to_char(purchase_recorded_on, 'YYYY"-Q"Q') AS quarter, date_trunc('quarter', purchase_recorded_on)::date AS first,
        basis, place_kind, count(*) AS places
    FROM counted GROUP BY 1, 2, 3, 4
),
whole AS (
    SELECT quarter, min(places) AS least, sum(places) AS total, min(least_present) AS least_present
    FROM bought CROSS JOIN LATERAL (
        SELECT min(persons) AS least_present FROM (
            SELECT count(*) AS persons FROM counted
            WHERE purchased_on < bought.first + interval '3 months' AND (ended_on IS NULL OR ended_on >= bought.first)
            GROUP BY basis, place_kind
        ) AS present
    ) AS cells
    GROUP BY quarter
),
published AS (
    SELECT period, (cell ->> 'value')::bigint AS total FROM figures CROSS JOIN LATERAL jsonb_array_elements(cells) AS cell
    WHERE cell ->> 'measure' = 'bought' AND cell ->> 'enterprise_id' IS NULL AND cell ->> 'place_kind' IS NULL
),
told AS (
    SELECT quarter FROM whole JOIN published ON period = quarter AND published.total = whole.total
    WHERE least >= 5 AND least_present >= 5
)
SELECT * FROM (
    SELECT quarter || '/' || basis || '/' || place_kind AS key, quarter, basis, place_kind, places,
        CASE WHEN quarter IN (SELECT quarter FROM told) THEN places END AS value,
        quarter NOT IN (SELECT quarter FROM told) AS suppressed
    FROM bought
) AS row
WHERE key > $1
AND ($3::text IS NULL OR quarter = $3)
AND ($4::text IS NULL OR basis = $4)
AND ($5::text IS NULL OR place_kind = $5)
ORDER BY key LIMIT $2;
