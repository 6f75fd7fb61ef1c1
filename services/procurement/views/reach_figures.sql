-- name: table
CREATE TABLE reach_figures (
    key text PRIMARY KEY,
    period text NOT NULL,
    cells jsonb NOT NULL,
    rules_version text NOT NULL,
    log_index bigint NOT NULL
);

-- name: page
-- $1 text cursor · $2 int limit · $3 text period.
SELECT * FROM reach_figures WHERE key > $1 AND ($3::text IS NULL OR period = $3) ORDER BY key LIMIT $2;

-- name: one
-- $1 text key.
SELECT * FROM reach_figures WHERE key = $1;

-- name: first_recorded_on
-- The day on which the first own tender was recorded as public.
SELECT min((known ->> 'recorded_at')::timestamptz AT TIME ZONE 'Europe/Stockholm')::date
FROM tender CROSS JOIN LATERAL jsonb_array_elements(versions) AS known WHERE own;

-- name: position
-- How many events of a log the views hold. $1 text log.
SELECT next_index FROM position WHERE follower = 'reactor' AND source = $1;

-- name: own_tenders
-- Own tenders that are no other's duplicate, in each stage that they have been in by a day, with the day on which they were first
-- recorded so, whether a duty to tell of them has arisen, and for how many enterprises they were assessed. $1 date until.
SELECT tender.tender_id, board, stage, recorded_on,
    EXISTS (
        SELECT FROM duty WHERE clause = 'GS-6' AND kind = stage AND split_part(object_id, '/', 1) = tender.tender_id
        AND void_reason IS DISTINCT FROM 'trigger-corrected' AND void_reason IS DISTINCT FROM 'duplicate'
    ) AS suits,
    (SELECT count(*) FROM outreach WHERE outreach.tender_id = tender.tender_id) AS assessed
FROM tender CROSS JOIN LATERAL (
    SELECT known ->> 'stage' AS stage,
        min((known ->> 'recorded_at')::timestamptz AT TIME ZONE 'Europe/Stockholm')::date AS recorded_on
    FROM jsonb_array_elements(versions) AS known GROUP BY 1
) AS stages
WHERE own AND board IS NOT NULL AND duplicate_of IS NULL AND recorded_on <= $1
ORDER BY tender.tender_id, stage;

-- name: tellings
-- The duties to tell that arose, were done or fell due in a quarter. $1 date its first day · $2 date its last.
SELECT base, split_part(object_id, '/', 1) AS tender_id, kind AS stage, arose_recorded_on, due_on, acted_on, acted_recorded_on,
    "end", void_reason
FROM duty
WHERE clause = 'GS-6' AND $1 <= greatest(arose_recorded_on, acted_recorded_on, due_on)
AND (arose_recorded_on BETWEEN $1 AND $2 OR acted_recorded_on BETWEEN $1 AND $2 OR due_on BETWEEN $1 AND $2)
ORDER BY key;
