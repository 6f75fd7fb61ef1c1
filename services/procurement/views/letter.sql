-- name: table
CREATE TABLE letter (
    key text PRIMARY KEY,
    tender_id text NOT NULL,
    enterprise_id text NOT NULL,
    letters jsonb NOT NULL,
    informed boolean NOT NULL,
    next_at timestamptz,
    tried_at timestamptz
);
-- waiting: what the post is to send
CREATE INDEX letter_next ON letter (next_at) WHERE next_at IS NOT NULL;
-- tried: the limit a minute
CREATE INDEX letter_tried ON letter (tried_at) WHERE tried_at IS NOT NULL;
-- of_event: a report cites the letter's Message-ID
CREATE INDEX letter_events ON letter USING gin (letters jsonb_path_ops);

-- name: concerned
-- The pairs to which something may be told: with an open GS-6 duty, or informed of a tender that changed lately. Sealed.
-- $1 text cursor · $2 int limit · $3 text tender · $4 date changed since (NULL: whenever).
WITH owed AS (
    SELECT 'outreach/' || object_id AS key, id, kind FROM duty WHERE clause = 'GS-6' AND "end" IS NULL
), pair AS (
    SELECT key FROM owed
    UNION
    SELECT letter.key FROM letter JOIN told ON told.key = 'tender/' || letter.tender_id
    WHERE letter.informed AND told.changed_at IS NOT NULL AND ($4::date IS NULL OR told.changed_at >= $4::date)
)
SELECT
    pair.key, outreach.tender_id, outreach.enterprise_id, enterprise.status, outreach.closes_on, owed.id AS duty_id,
    owed.kind AS duty_kind, told.planned, told.published, told.changes, told.cancelled,
    (
        SELECT coalesce(jsonb_agg(each - 'address' - 'address_enc' ORDER BY place), '[]')
        FROM jsonb_array_elements(contact.contacts) WITH ORDINALITY AS listed (each, place)
    ) AS contacts, -- no address: it is shown and logged nowhere
    coalesce(letter.letters, '[]') AS letters, coalesce(approval.approvals, '[]') AS approvals
FROM pair
JOIN outreach ON outreach.key = pair.key
JOIN told ON told.key = 'tender/' || outreach.tender_id
LEFT JOIN owed ON owed.key = pair.key
LEFT JOIN letter ON letter.key = pair.key
LEFT JOIN enterprise ON enterprise.key = 'enterprise/' || outreach.enterprise_id
LEFT JOIN contact ON contact.key = 'enterprise/' || outreach.enterprise_id
LEFT JOIN approval ON approval.key = 'letters/' || outreach.tender_id
WHERE pair.key > $1 AND ($3::text IS NULL OR outreach.tender_id = $3)
ORDER BY pair.key LIMIT $2;

-- name: waiting
-- The pairs with a letter that is to be sent by an instant, the longest waiting first. Sealed. $1 timestamptz · $2 int limit.
SELECT
    letter.key, letter.tender_id, letter.enterprise_id, letter.letters, enterprise.status, outreach.closes_on,
    told.planned, told.published, told.changes, told.cancelled, coalesce(contact.contacts, '[]') AS contacts,
    coalesce(resealed.places, '{}') AS resealed,
    ARRAY(SELECT duty.id FROM duty WHERE duty.object_id = letter.tender_id || '/' || letter.enterprise_id
        AND duty."end" IS NULL) AS open_duties
FROM letter
JOIN told ON told.key = 'tender/' || letter.tender_id
JOIN outreach ON outreach.key = letter.key
LEFT JOIN enterprise ON enterprise.key = 'enterprise/' || letter.enterprise_id
LEFT JOIN contact ON contact.key = 'enterprise/' || letter.enterprise_id
LEFT JOIN resealed ON resealed.key = 'enterprise/' || letter.enterprise_id
WHERE letter.next_at <= $1
ORDER BY letter.next_at, letter.key LIMIT $2;

-- name: tried
-- How many letters a mail server was spoken with of since an instant. $1 timestamptz.
SELECT count(*)
FROM letter, jsonb_array_elements(letters) AS each
WHERE letter.tried_at > $1 AND (each ->> 'tried_at')::timestamptz > $1;

-- name: of_event
-- The pair with the letter that was asked for by an event. $1 jsonb `[{"event_id": "…"}]`.
SELECT key, tender_id, enterprise_id, letters FROM letter WHERE letters @> $1::jsonb;

-- name: failed
-- What did not reach an enterprise, or has not yet: each letter that failed and nothing has replaced, waits, or was sent and
-- has not arrived. Sealed. $1 text cursor · $2 int limit · $3 text tender.
WITH each AS (
    SELECT
        letter.key || '#' || (one ->> 'outreach_id') AS key, letter.tender_id, letter.enterprise_id,
        one ->> 'outreach_id' AS outreach_id, coalesce(one ->> 'purpose', 'inform') AS purpose, one ->> 'stage' AS stage,
        coalesce(one ->> 'channel', 'email') AS channel, one ->> 'contact_id' AS contact_id, one ->> 'reason' AS reason, one ->> 'smtp_status' AS smtp_status,
        (one ->> 'tries')::integer + CASE WHEN one ->> 'sent_at' IS NULL THEN 0 ELSE 1 END AS attempts,
        (one ->> 'asked_at')::timestamptz AS asked_at, (one ->> 'sent_at')::timestamptz AS sent_at,
        (one ->> 'failed_at')::timestamptz AS failed_at, (one ->> 'next_at')::timestamptz AS next_at,
        CASE
            WHEN one ->> 'failed_at' IS NOT NULL THEN 'failed'
            WHEN one ->> 'sent_at' IS NULL THEN 'waits'
            WHEN one ->> 'delayed_at' IS NOT NULL THEN 'delayed'
            ELSE 'undelivered'
        END AS state
    FROM letter, jsonb_array_elements(letters) AS one
    WHERE one ->> 'failed_at' IS NOT NULL OR one ->> 'delivered_at' IS NULL OR one ->> 'delayed_at' IS NOT NULL
)
SELECT each.*, enterprise.name AS enterprise, first.due_on, first.interpretation_id
FROM each
LEFT JOIN enterprise ON enterprise.key = 'enterprise/' || each.enterprise_id
LEFT JOIN LATERAL (
    SELECT due_on, interpretation_id FROM duty
    WHERE duty.object_id = each.tender_id || '/' || each.enterprise_id AND duty."end" IS NULL ORDER BY due_on, id LIMIT 1
) AS first ON true
WHERE each.key > $1 AND ($3::text IS NULL OR each.tender_id = $3)
ORDER BY each.key LIMIT $2;
