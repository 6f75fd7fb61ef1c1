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

-- name: pack
-- All that a pack of a year can be compiled of, and how much of each log is known: of a frozen version its event says how much
-- of that it was made of, and `current` is made of all. $1 text key: consultation/<year>/<version or current>.
WITH cited AS (
    SELECT 'consultation.events' AS log, key, events FROM cited_consultation
    UNION ALL SELECT 'placements.figures', key, events FROM cited_figures
    UNION ALL SELECT 'procurement.events', key, events FROM cited_procurement
    UNION ALL SELECT 'registry.events', key, events FROM cited_registry
), years AS (
    SELECT year::text AS year, packs FROM consultation
    UNION ALL SELECT DISTINCT object_id, '[]'::jsonb FROM duty WHERE kind = 'initiative'
)
SELECT $1 AS key, split_part($1, '/', 2) AS year, split_part($1, '/', 3) AS version,
    (SELECT jsonb_agg(to_jsonb(cited)) FROM cited) AS cited,
    (SELECT jsonb_object_agg(source, next_index) FROM position WHERE follower = 'reactor') AS sizes
WHERE EXISTS (
    SELECT FROM years
    WHERE years.year = split_part($1, '/', 2)
    AND (split_part($1, '/', 3) = 'current' OR EXISTS (
        SELECT FROM jsonb_array_elements(packs) AS pack WHERE pack ->> 'version' = split_part($1, '/', 3)
    ))
);

-- name: figures
-- The duties by the year in which they arose, clause and kind, with all that their figures follow from.
-- $1 text cursor · $2 int limit · $3 int year · $4 text clause.
WITH cited AS (
    SELECT key, events FROM cited_consultation WHERE key LIKE 'duty/%'
    UNION ALL SELECT key, events FROM cited_procurement WHERE key LIKE 'duty/%'
    UNION ALL SELECT key, events FROM cited_registry WHERE key LIKE 'duty/%'
), duties AS (
    SELECT key AS stream, events, (events -> 0 ->> 'event')::jsonb -> 'data' AS arose FROM cited
), named AS (
    SELECT left(arose ->> 'triggerOn', 4) AS year, arose ->> 'clause' AS clause, arose ->> 'kind' AS kind,
        arose ->> 'modality' AS modality, stream, events
    FROM duties
)
SELECT year || '/' || clause || '.' || kind AS key, year::integer AS year, clause, kind, min(modality) AS modality,
    jsonb_agg(jsonb_build_object('key', stream, 'events', events)) AS duties
FROM named
WHERE year || '/' || clause || '.' || kind > $1
AND ($3::integer IS NULL OR year::integer = $3)
AND ($4::text IS NULL OR clause = $4)
GROUP BY year, clause, kind
ORDER BY key LIMIT $2;

-- name: escalations
-- The duties that were brought to a board. $1 text cursor · $2 int limit · $3 text clause.
WITH cited AS (
    SELECT key, events FROM cited_consultation WHERE key LIKE 'duty/%'
    UNION ALL SELECT key, events FROM cited_procurement WHERE key LIKE 'duty/%'
    UNION ALL SELECT key, events FROM cited_registry WHERE key LIKE 'duty/%'
)
SELECT key, events FROM cited
WHERE key > $1
AND EXISTS (
    SELECT FROM jsonb_array_elements(events) AS cited_event
    WHERE (cited_event ->> 'event')::jsonb -> 'data' ->> 'level' = 'board'
)
AND ($3::text IS NULL OR (events -> 0 ->> 'event')::jsonb -> 'data' ->> 'clause' = $3)
ORDER BY key LIMIT $2;
