-- name: table
CREATE TABLE consultation (
    key text PRIMARY KEY,
    year integer NOT NULL,
    initiated_on date,
    initiated_event_id text,
    covers jsonb NOT NULL,
    invitation_dnr text,
    held_on date,
    followed_up_on date,
    declined_on date,
    declined_as text,
    actions jsonb NOT NULL,
    packs jsonb NOT NULL
);

-- name: page
-- The years that something is known of or owed in: a year without an initiative shows by its duty alone. Of each kind of duty
-- the newest is given as it stands; its class depends on the day of the answer.
-- $1 text cursor · $2 int limit.
WITH owed AS (
    SELECT DISTINCT ON (kind, object_id) 'consultation/' || object_id AS year_key, object_id::integer AS year, duty.*
    FROM duty ORDER BY kind, object_id, arose_recorded_on DESC, key DESC
), years AS (
    SELECT key, year FROM consultation UNION SELECT year_key, owed.year FROM owed
)
SELECT years.key, years.year, initiated_on, covers, invitation_dnr, held_on, followed_up_on, declined_on, declined_as, actions, packs,
    to_jsonb(initiative) AS initiative_duty, to_jsonb(held) AS held_duty
FROM years
LEFT JOIN consultation USING (key)
LEFT JOIN owed AS initiative ON initiative.kind = 'initiative' AND initiative.year_key = years.key
LEFT JOIN owed AS held ON held.kind = 'held' AND held.year_key = years.key
WHERE years.key > $1
ORDER BY years.key
LIMIT $2;

-- name: one
-- One year, as in `page`. $1 text key.
WITH owed AS (
    SELECT DISTINCT ON (kind) 'consultation/' || object_id AS year_key, object_id::integer AS year, duty.*
    FROM duty WHERE object_id = split_part($1, '/', 2) ORDER BY kind, arose_recorded_on DESC, key DESC
), years AS (
    SELECT key, year FROM consultation WHERE key = $1 UNION SELECT year_key, owed.year FROM owed
)
SELECT years.key, years.year, initiated_on, covers, invitation_dnr, held_on, followed_up_on, declined_on, declined_as, actions, packs,
    to_jsonb(initiative) AS initiative_duty, to_jsonb(held) AS held_duty
FROM years
LEFT JOIN consultation USING (key)
LEFT JOIN owed AS initiative ON initiative.kind = 'initiative'
LEFT JOIN owed AS held ON held.kind = 'held';

-- name: actions
-- What was agreed, in the year in which it is open or was closed.
-- $1 text cursor · $2 int limit · $3 text owner · $4 int year · $5 bool open only.
WITH actions AS (
    SELECT consultation.year || '/' || action.action_id AS key, action.*,
        (outcome IS NULL OR outcome = 'carried-over') AS is_open, outcome IS NOT DISTINCT FROM 'carried-over' AS carried_over
    FROM consultation, jsonb_to_recordset(actions) AS action (
        action_id text, description text, owner text, agreed_year integer, agreed_on date, due_on date, clause text,
        year integer, closed_on date, outcome text, reason text
    )
)
SELECT key, action_id, description, owner, agreed_year, agreed_on, due_on, clause, year, carried_over, is_open, closed_on,
    outcome, reason
FROM actions
WHERE key > $1
AND ($3::text IS NULL OR owner = $3)
AND ($4::integer IS NULL OR year = $4)
AND ($5::bool IS NULL OR is_open = $5)
ORDER BY key LIMIT $2;

-- name: packs
-- The frozen versions of the years' evidence packs. $1 text cursor · $2 int limit · $3 int year.
SELECT consultation.year || '/' || lpad(pack.version::text, 4, '0') AS key, consultation.year, pack.*
FROM consultation, jsonb_to_recordset(packs) AS pack (
    pack_id text, version integer, cause text, as_of date, manifest_digest text
)
WHERE consultation.year || '/' || lpad(pack.version::text, 4, '0') > $1
AND ($3::integer IS NULL OR consultation.year = $3)
ORDER BY key LIMIT $2;
