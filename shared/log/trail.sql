-- name: table
CREATE TABLE trail (
    key text PRIMARY KEY,
    log text NOT NULL,
    entries jsonb NOT NULL
);

-- name: breaches
-- Duties that bind (SHALL, RESP) whose limit has passed without an act, those too of which it was shown afterwards that they were
-- done in time (`rebutted`). Never owed is none. By the limit's day.
-- $1 text cursor · $2 int limit · $3 date from · $4 date until · $5 text clause · $6 text unit.
SELECT duty.*, arose_event_id AS key, limit_on, acted_on IS NOT NULL AND acted_on <= limit_on AS rebutted,
    coalesce((SELECT jsonb_agg(entry -> 'event_id' ORDER BY n) FROM jsonb_array_elements(entries) WITH ORDINALITY AS e (entry, n)),
        '[]') AS trail_events
FROM duty
CROSS JOIN LATERAL (SELECT coalesce(hard_due_on, due_on) AS limit_on) AS limits
LEFT JOIN trail ON trail.key = duty.key
WHERE arose_event_id > $1
AND modality IN ('shall', 'resp') AND "end" IS DISTINCT FROM 'voided' AND limit_on IS NOT NULL
AND (
    steps ? CASE WHEN hard_due_on IS NULL THEN 'overdue' ELSE 'overdue-clause' END
    OR acted_on > limit_on OR (acted_on IS NULL AND ended_on > limit_on)
)
AND ($3::date IS NULL OR limit_on >= $3)
AND ($4::date IS NULL OR limit_on <= $4)
AND ($5::text IS NULL OR clause = $5)
AND ($6::text IS NULL OR owed_by_unit = $6)
ORDER BY arose_event_id LIMIT $2;

-- name: let_go
-- Waivers and voidings, as recorded.
-- $1 text cursor · $2 int limit · $3 date from · $4 date until · $5 text clause · $6 text what: `waived` or `voided`.
SELECT entry ->> 'event_id' AS key, log, duty.id AS duty_id, duty.arose_event_id, duty.clause, duty.owed_by_unit AS unit,
    entry ->> 'what' AS what, entry ->> 'on' AS on, entry ->> 'recorded_on' AS recorded_on, entry ->> 'reason' AS reason,
    entry -> 'authority' AS authority, entry ->> 'proposed_by' AS proposed_by, entry ->> 'approved_by' AS approved_by,
    coalesce((entry -> 'was_overdue')::bool, steps ? 'overdue') AS was_overdue, entry ->> 'cause_event_id' AS cause_event_id
FROM trail CROSS JOIN LATERAL jsonb_array_elements(entries) AS entry
JOIN duty ON duty.key = trail.key
WHERE entry ->> 'event_id' > $1 AND entry ->> 'what' IN ('waived', 'voided')
AND ($3::date IS NULL OR (entry ->> 'on')::date >= $3)
AND ($4::date IS NULL OR (entry ->> 'on')::date <= $4)
AND ($5::text IS NULL OR duty.clause = $5)
AND ($6::text IS NULL OR entry ->> 'what' = $6)
ORDER BY entry ->> 'event_id' LIMIT $2;

-- name: changed
-- Corrections, and facts that somebody recorded after the day on which they happened.
-- $1 text cursor · $2 int limit · $3 date recorded from · $4 date recorded until · $5 text what: `corrected` or `recorded-late` ·
-- $6 int at least so many days late.
SELECT entry ->> 'event_id' AS key, log, trail.key AS stream, entry ->> 'type' AS event, (entry -> 'index')::bigint AS index,
    entry ->> 'what' AS what, CASE WHEN entry ->> 'what' = 'corrected' THEN entry ->> 'cause_event_id' END AS corrects,
    CASE WHEN entry ->> 'what' = 'corrected' THEN entry ->> 'reason' END AS kind,
    entry ->> 'on' AS on, entry ->> 'recorded_on' AS recorded_on, (entry -> 'late_days')::int AS recorded_late_days,
    entry ->> 'proposed_by' AS corrected_by, entry ->> 'approved_by' AS approver
FROM trail CROSS JOIN LATERAL jsonb_array_elements(entries) AS entry
WHERE entry ->> 'event_id' > $1
AND (entry ->> 'what' IN ('corrected', 'recorded-late') OR (entry ->> 'what' = 'recorded' AND (entry -> 'late_days')::int > 0))
AND ($3::date IS NULL OR (entry ->> 'recorded_on')::date >= $3)
AND ($4::date IS NULL OR (entry ->> 'recorded_on')::date <= $4)
AND ($5::text IS NULL OR entry ->> 'what' = $5 OR ($5 = 'recorded-late' AND entry ->> 'what' = 'recorded'))
AND ($6::int IS NULL OR (entry -> 'late_days')::int >= $6)
ORDER BY entry ->> 'event_id' LIMIT $2;

-- name: messages
-- What became of another system's messages: the events that each gave, or why it was refused.
-- $1 text cursor · $2 int limit · $3 text publisher · $4 text message id · $5 text outcome: `accepted` or `refused`.
SELECT entry ->> 'event_id' AS key, entry ->> 'publisher' AS publisher, entry ->> 'message_source' AS source,
    entry ->> 'message_id' AS id, outcome, log, (entry -> 'index')::bigint AS index, entry ->> 'clause' AS clause,
    CASE outcome WHEN 'refused' THEN entry ->> 'reason' END AS reason, entry ->> 'recorded_on' AS recorded_on
FROM trail CROSS JOIN LATERAL jsonb_array_elements(entries) AS entry
CROSS JOIN LATERAL (SELECT CASE entry ->> 'what' WHEN 'refused' THEN 'refused' ELSE 'accepted' END AS outcome) AS outcomes
WHERE entry ->> 'event_id' > $1 AND entry ->> 'publisher' IS NOT NULL
AND ($3::text IS NULL OR entry ->> 'publisher' = $3)
AND ($4::text IS NULL OR entry ->> 'message_id' = $4)
AND ($5::text IS NULL OR outcome = $5)
ORDER BY entry ->> 'event_id' LIMIT $2;

-- name: refusals
-- Other systems' refused messages by reason: how many, since when, and of how many the bytes are still kept, so that they can be
-- looked at and sent again. $1 text cursor · $2 int limit · $3 text publisher.
SELECT entry ->> 'reason' AS key, entry ->> 'reason' AS reason, min(entry ->> 'clause') AS clause, count(*) AS count,
    min(entry ->> 'recorded_on') AS oldest, count(refused_original.event_id) AS resendable
FROM trail CROSS JOIN LATERAL jsonb_array_elements(entries) AS entry
LEFT JOIN refused_original ON refused_original.event_id = entry ->> 'event_id'
WHERE entry ->> 'reason' > $1 AND entry ->> 'what' = 'refused'
AND ($3::text IS NULL OR entry ->> 'publisher' = $3)
GROUP BY entry ->> 'reason' ORDER BY entry ->> 'reason' LIMIT $2;

-- name: caused
-- The duties that arose by an event. $1 text cursor · $2 int limit · $3 text event id · $4 text message id.
SELECT duty.*, arose_event_id AS key, entry ->> 'message_id' AS message_id
FROM duty LEFT JOIN (
    SELECT entry FROM trail CROSS JOIN LATERAL jsonb_array_elements(entries) AS entry WHERE entry ->> 'publisher' IS NOT NULL
) AS reported ON entry ->> 'event_id' = trigger_event_id
WHERE arose_event_id > $1
AND (trigger_event_id = $3 OR entry ->> 'message_id' = $4)
ORDER BY arose_event_id LIMIT $2;
