-- name: table
CREATE TABLE place (
    key text PRIMARY KEY,
    placement_id text NOT NULL,
    subject_ref text NOT NULL,
    enterprise_id text,
    place_kind text NOT NULL,
    basis text NOT NULL,
    phase text NOT NULL,
    purchased_on date NOT NULL,
    recognition_at_purchase text NOT NULL,
    planned_start date NOT NULL,
    last_day date,
    started_on date,
    ended_on date,
    planned jsonb NOT NULL,
    next_planned_for date,
    last_held_on date,
    review_outcome text,
    incomplete jsonb NOT NULL,
    is_incomplete boolean NOT NULL
);
-- page, at_lost_enterprises: an enterprise's places
CREATE INDEX place_enterprise ON place (enterprise_id, key);
-- page, undated: those of one phase
CREATE INDEX place_phase ON place (phase, key);
-- incomplete: what other systems reported and nobody completed
CREATE INDEX place_incomplete ON place (key) WHERE is_incomplete;

-- name: page
-- $1 text cursor · $2 int limit · $3 text phase · $4 text enterprise · $5 text kind of place · $6 bool incomplete.
SELECT place.*, enterprise.name AS enterprise_name, enterprise.status AS enterprise_status
FROM place LEFT JOIN enterprise ON enterprise.enterprise_id = place.enterprise_id
WHERE place.key > $1
AND ($3::text IS NULL OR place.phase = $3)
AND ($4::text IS NULL OR place.enterprise_id = $4)
AND ($5::text IS NULL OR place.place_kind = $5)
AND ($6::bool IS NULL OR place.is_incomplete = $6)
ORDER BY place.key LIMIT $2;

-- name: one
-- $1 text key.
SELECT place.*, enterprise.name AS enterprise_name, enterprise.status AS enterprise_status
FROM place LEFT JOIN enterprise ON enterprise.enterprise_id = place.enterprise_id
WHERE place.key = $1;

-- name: to_follow_up
-- Each follow-up and review that is owed, with the day and officer that it is planned for; overdue ones too.
-- $1 text cursor · $2 int limit · $3 text kind · $4 date due up to · $5 text officer · $6 bool overdue · $7 text enterprise ·
-- $8 text week of the due day (`2026-W16`).
SELECT duty.key, duty.id AS duty_id, place.placement_id, place.enterprise_id, enterprise.name AS enterprise_name,
    duty.kind, duty.ordinal, duty.due_on, duty.interpretation_id, to_char(duty.due_on, 'IYYY"-W"IW') AS week, planned.planned_for, planned.officer,
    CASE WHEN duty.steps ? 'board' THEN 'board' WHEN duty.steps ? 'unit-head' THEN 'unit-head' END AS escalation_level
FROM duty
JOIN place ON place.placement_id = duty.object_id
LEFT JOIN enterprise ON enterprise.enterprise_id = place.enterprise_id
LEFT JOIN LATERAL (
    SELECT (each ->> 'planned_for')::date AS planned_for, each ->> 'officer' AS officer
    FROM jsonb_array_elements(place.planned) AS each
    WHERE each ->> 'duty_id' = duty.id
    ORDER BY 1 LIMIT 1
) AS planned ON true
WHERE duty.key > $1
AND duty."end" IS NULL
AND ($3::text IS NULL OR duty.kind = $3)
AND ($4::date IS NULL OR duty.due_on <= $4)
AND ($5::text IS NULL OR planned.officer = $5)
AND ($6::bool IS NULL OR (duty.steps ? 'overdue') = $6)
AND ($7::text IS NULL OR place.enterprise_id = $7)
AND ($8::text IS NULL OR to_char(duty.due_on, 'IYYY"-W"IW') = $8)
ORDER BY duty.key LIMIT $2;

-- name: overdue
-- What is owed and overdue, the oldest first. Without an act after the due day the class is not-done, whatever comes later.
-- $1 text cursor · $2 int limit · $3 text place · $4 text kind · $5 date due up to · $6 text level of escalation.
SELECT * FROM (
    SELECT to_char(duty.due_on, 'YYYY-MM-DD') || '/' || duty.key AS key, duty.id AS duty_id, place.placement_id,
        place.enterprise_id, duty.kind, duty.due_on, duty.interpretation_id, 'not-done' AS class,
        CASE WHEN duty.steps ? 'board' THEN 'board' WHEN duty.steps ? 'unit-head' THEN 'unit-head' END AS escalation_level
    FROM duty JOIN place ON place.placement_id = duty.object_id
    WHERE duty."end" IS NULL AND duty.steps ? 'overdue'
) AS late
WHERE key > $1
AND ($3::text IS NULL OR placement_id = $3)
AND ($4::text IS NULL OR kind = $4)
AND ($5::date IS NULL OR due_on <= $5)
AND ($6::text IS NULL OR escalation_level = $6)
ORDER BY key LIMIT $2;

-- name: at_lost_enterprises
-- Places that are not over at enterprises that are suspended, withdrawn or closed, with the review that is owed of them; not at
-- one that became part of another which is recognised, since places go on with that one.
-- $1 text cursor · $2 int limit · $3 text status.
SELECT place.key, place.placement_id, place.phase, place.enterprise_id, enterprise.name AS enterprise_name,
    enterprise.status, enterprise.since, review.due_on AS review_due_on, review.interpretation_id, place.review_outcome
FROM place
JOIN enterprise ON enterprise.enterprise_id = place.enterprise_id
LEFT JOIN LATERAL (
    SELECT due_on, interpretation_id FROM duty
    WHERE object_id = place.placement_id AND kind = 'review' AND "end" IS NULL LIMIT 1
) AS review ON true
WHERE place.key > $1
AND place.phase IN ('bought', 'running')
AND enterprise.status IN ('suspended', 'withdrawn', 'closed')
AND NOT EXISTS (
    SELECT FROM enterprise AS survivor CROSS JOIN LATERAL jsonb_array_elements(survivor.mergers) AS merger
    WHERE enterprise.status = 'closed' AND survivor.status = 'recognised' AND survivor.mergers <> '[]'
    AND (merger ->> 'kept')::bool AND merger -> 'absorbed_ids' ? place.enterprise_id
)
AND ($3::text IS NULL OR enterprise.status = $3)
ORDER BY place.key LIMIT $2;

-- name: undated
-- Places of which a planned day is there and nothing recorded: bought and not started, running and not ended.
-- $1 text cursor · $2 int limit · $3 date planned up to.
SELECT key, placement_id, enterprise_id, phase, planned_start, last_day AS planned_end, planned_on
FROM (
    SELECT *, CASE phase WHEN 'bought' THEN planned_start ELSE last_day END AS planned_on FROM place
    WHERE phase IN ('bought', 'running')
) AS waiting
WHERE key > $1
AND planned_on IS NOT NULL
AND ($3::date IS NULL OR planned_on <= $3)
ORDER BY key LIMIT $2;
