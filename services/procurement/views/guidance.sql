-- name: table
CREATE TABLE guidance (
    key text PRIMARY KEY,
    guidance_id text NOT NULL,
    enterprise_id text NOT NULL,
    for_year integer NOT NULL,
    topics jsonb NOT NULL,
    letter jsonb NOT NULL,
    next_at timestamptz,
    tried_at timestamptz
);
-- concerned: what was sent to an enterprise for a year
CREATE INDEX guidance_year ON guidance (enterprise_id, for_year);
-- waiting: what the post is to send
CREATE INDEX guidance_next ON guidance (next_at) WHERE next_at IS NOT NULL;
-- tried: the limit a minute
CREATE INDEX guidance_tried ON guidance (tried_at) WHERE tried_at IS NOT NULL;
-- of_event: a report cites the letter's Message-ID
CREATE INDEX guidance_event ON guidance ((letter ->> 'event_id'));

-- name: concerned
-- The enterprises with an open duty of a year, and the letter that was written for that year, if any; no address.
-- $1 text cursor · $2 int limit · $3 int year.
SELECT
    'guidance/' || owed.object_id AS key, split_part(owed.object_id, '/', 1) AS enterprise_id, year.of AS for_year,
    owed.id AS duty_id, owed.trigger_on AS since, owed.due_on, owed.interpretation_id, enterprise.status,
    (
        SELECT coalesce(jsonb_agg(each - 'address' - 'address_enc' ORDER BY place), '[]')
        FROM jsonb_array_elements(contact.contacts) WITH ORDINALITY AS listed (each, place)
    ) AS contacts, -- no address: it is shown and logged nowhere
    (
        SELECT coalesce(jsonb_agg(guidance.letter ORDER BY guidance.key), '[]') FROM guidance
        WHERE guidance.enterprise_id = split_part(owed.object_id, '/', 1) AND guidance.for_year = year.of
    ) AS letters,
    guidance_letter.letter AS written, coalesce(guidance_letter.approvals, '[]') AS approvals
FROM duty AS owed
CROSS JOIN LATERAL (SELECT split_part(owed.object_id, '/', 2)::integer AS of) AS year
LEFT JOIN guidance_letter ON guidance_letter.key = 'guidance/' || year.of
LEFT JOIN enterprise ON enterprise.key = 'enterprise/' || split_part(owed.object_id, '/', 1)
LEFT JOIN contact ON contact.key = 'enterprise/' || split_part(owed.object_id, '/', 1)
WHERE owed.clause = 'GS-5' AND owed."end" IS NULL AND 'guidance/' || owed.object_id > $1
AND ($3::integer IS NULL OR year.of = $3)
ORDER BY key LIMIT $2;

-- name: waiting
-- The guidance that is to be sent by an instant, the longest waiting first. $1 timestamptz · $2 int limit.
SELECT
    guidance.key, guidance.enterprise_id, guidance.for_year, guidance.topics, guidance.letter, enterprise.status,
    coalesce(contact.contacts, '[]') AS contacts,
    coalesce(resealed.places, '{}') AS resealed, guidance_letter.letter AS written,
    EXISTS (SELECT FROM duty WHERE duty.id = guidance.letter ->> 'duty_id' AND duty."end" IS NULL) AS is_owed
FROM guidance
LEFT JOIN guidance_letter ON guidance_letter.key = 'guidance/' || guidance.for_year
LEFT JOIN enterprise ON enterprise.key = 'enterprise/' || guidance.enterprise_id
LEFT JOIN contact ON contact.key = 'enterprise/' || guidance.enterprise_id
LEFT JOIN resealed ON resealed.key = 'enterprise/' || guidance.enterprise_id
WHERE guidance.next_at <= $1
ORDER BY guidance.next_at, guidance.key LIMIT $2;

-- name: tried
-- How many letters a mail server was spoken with of since an instant. $1 timestamptz.
SELECT count(*) FROM guidance WHERE tried_at > $1;

-- name: of_event
-- The guidance that was asked for by an event. $1 text.
SELECT key, enterprise_id, for_year, topics, letter FROM guidance WHERE letter ->> 'event_id' = $1;

-- name: failed
-- Guidance that did not reach an enterprise, or has not yet: it failed, waits, is late, or was sent and has not arrived.
-- $1 text cursor · $2 int limit · $3 int year · $4 text enterprise.
SELECT
    guidance.key, guidance_id, guidance.enterprise_id, enterprise.name AS enterprise, guidance.for_year,
    letter ->> 'channel' AS channel, letter ->> 'contact_id' AS contact_id, letter ->> 'reason' AS reason,
    letter ->> 'smtp_status' AS smtp_status,
    (letter ->> 'tries')::integer + CASE WHEN letter ->> 'sent_at' IS NULL THEN 0 ELSE 1 END AS attempts,
    (letter ->> 'asked_at')::timestamptz AS asked_at, (letter ->> 'sent_at')::timestamptz AS sent_at,
    (letter ->> 'failed_at')::timestamptz AS failed_at, next_at,
    CASE
        WHEN letter ->> 'failed_at' IS NOT NULL THEN 'failed'
        WHEN letter ->> 'sent_at' IS NULL THEN 'waits'
        WHEN letter ->> 'delayed_at' IS NOT NULL THEN 'delayed'
        ELSE 'undelivered'
    END AS state,
    first.due_on, first.interpretation_id
FROM guidance
LEFT JOIN enterprise ON enterprise.key = 'enterprise/' || guidance.enterprise_id
LEFT JOIN LATERAL (
    SELECT due_on, interpretation_id FROM duty
    WHERE duty.object_id = guidance.enterprise_id || '/' || guidance.for_year AND clause = 'GS-5' AND duty."end" IS NULL
    ORDER BY due_on, id LIMIT 1
) AS first ON true
WHERE guidance.key > $1
AND ($3::integer IS NULL OR guidance.for_year = $3)
AND ($4::text IS NULL OR guidance.enterprise_id = $4)
AND (letter ->> 'failed_at' IS NOT NULL OR letter ->> 'delivered_at' IS NULL OR letter ->> 'delayed_at' IS NOT NULL)
ORDER BY guidance.key LIMIT $2;
