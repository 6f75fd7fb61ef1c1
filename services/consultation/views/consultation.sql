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
    declined_as text
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
SELECT years.key, years.year, initiated_on, covers, invitation_dnr, held_on, followed_up_on, declined_on, declined_as,
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
SELECT years.key, years.year, initiated_on, covers, invitation_dnr, held_on, followed_up_on, declined_on, declined_as,
    to_jsonb(initiative) AS initiative_duty, to_jsonb(held) AS held_duty
FROM years
LEFT JOIN consultation USING (key)
LEFT JOIN owed AS initiative ON initiative.kind = 'initiative'
LEFT JOIN owed AS held ON held.kind = 'held';
