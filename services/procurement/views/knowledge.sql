-- name: table
CREATE TABLE knowledge (
    key text PRIMARY KEY,
    knowledge_id text NOT NULL,
    item text NOT NULL,
    kind text NOT NULL,
    channel text NOT NULL,
    for_year integer NOT NULL,
    enterprises jsonb NOT NULL,
    topics jsonb NOT NULL,
    "on" date NOT NULL,
    planned_for date,
    acts jsonb NOT NULL,
    held jsonb NOT NULL,
    delivered_on date,
    failed_on date,
    reason_code text,
    version integer NOT NULL
);
-- page, years, figures: what was done for a year
CREATE INDEX knowledge_year ON knowledge (for_year);

-- name: page
-- Guidance and activities. $1 text cursor · $2 int limit · $3 int year · $4 text enterprise · $5 text guidance or activity.
SELECT key, knowledge_id, item, kind, channel, for_year, enterprises, topics, "on", planned_for, delivered_on, failed_on,
    reason_code, held
FROM knowledge
WHERE key > $1
AND ($3::int IS NULL OR for_year = $3)
AND ($4::text IS NULL OR enterprises ? $4)
AND ($5::text IS NULL OR item = $5)
ORDER BY key LIMIT $2;

-- name: one
-- $1 text key.
SELECT * FROM knowledge WHERE key = $1;

-- name: years
-- GS-5 of each WISE in one year, the latest that has a duty where none is asked for: the first contact that arrived and stands,
-- the first offer, how many activities it came to, and the newest duty of the year as it stands.
-- $1 text cursor · $2 int limit · $3 int year · $4 text enterprise.
WITH asked AS (
    SELECT coalesce($3::int, max(split_part(object_id, '/', 2)::int)) AS year FROM duty WHERE clause = 'GS-5'
), owed AS (
    SELECT DISTINCT ON (object_id) split_part(object_id, '/', 1) AS enterprise_id, duty.*
    FROM duty, asked
    WHERE clause = 'GS-5' AND split_part(object_id, '/', 2) = asked.year::text
    ORDER BY object_id, length(id) DESC, id DESC
), done AS (
    SELECT to_whom.id AS enterprise_id,
        min((act ->> 'on')::date) FILTER (WHERE act ->> 'kind' = 'direct' AND act ->> 'back_on' IS NULL) AS guidance_delivered,
        min((act ->> 'on')::date) FILTER (WHERE act ->> 'kind' = 'offered') AS activity_offered,
        count(*) FILTER (WHERE act ->> 'kind' = 'direct' AND act ->> 'back_on' IS NULL) AS letters,
        count(*) FILTER (WHERE act ->> 'kind' = 'offered') AS offers
    FROM asked, knowledge, jsonb_array_elements(acts) AS act, jsonb_array_elements_text(act -> 'enterprises') AS to_whom(id)
    WHERE (act ->> 'for_year')::int = asked.year
    GROUP BY to_whom.id
), came AS (
    SELECT who.id AS enterprise_id, count(*) AS attended
    FROM asked, knowledge, jsonb_array_elements(held) AS each, jsonb_array_elements_text(each -> 'attended_by') AS who(id)
    WHERE for_year = asked.year
    GROUP BY who.id
)
SELECT 'enterprise/' || enterprise_id AS key, enterprise_id, enterprise.name, enterprise.status, asked.year,
    guidance_delivered, activity_offered, coalesce(letters, 0) AS letters, coalesce(offers, 0) AS offers,
    coalesce(attended, 0) AS attended, owed.id AS duty_id, owed.due_on, owed.interpretation_id, to_jsonb(owed) - 'enterprise_id' AS owed
FROM asked CROSS JOIN (owed FULL JOIN done USING (enterprise_id) FULL JOIN came USING (enterprise_id))
LEFT JOIN enterprise USING (enterprise_id)
WHERE 'enterprise/' || enterprise_id > $1
AND ($4::text IS NULL OR enterprise_id = $4)
ORDER BY key LIMIT $2;
