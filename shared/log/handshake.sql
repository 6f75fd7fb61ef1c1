-- name: lock_lead
-- The lead as it is, held until the transaction ends: no other handshake takes an epoch meanwhile.
SELECT epoch, open FROM lead FOR UPDATE;

-- name: objects
-- What duties are about, as their first events have it. $1 text[] streams.
SELECT subject, object FROM event WHERE subject = ANY($1::text[]) AND version = 1;

-- name: set_published
-- How far Kafka truly has a log. $1 text log · $2 bigint next index.
INSERT INTO published (log, next_index) VALUES ($1, $2) ON CONFLICT (log) DO UPDATE SET next_index = excluded.next_index;

-- name: claim_commands
-- The commands of an imported tail: whose they are, and the place of their last event. Its digest is not known: an empty
-- one fits every request, and the first that comes fills it in. An inbox is read again from before them, in its order. $1 text[] logs, in the order in which an append writes them · $2 bigint[] where their tails begin.
WITH tail AS (
    SELECT start.place, event.log, event.index, event.subject, event.envelope ->> 'commandkey' AS key,
        coalesce((event.envelope ->> 'commandend')::boolean, false) AS ends
    FROM unnest($1::text[], $2::bigint[]) WITH ORDINALITY AS start (log, index, place)
    JOIN (SELECT log, index, subject, convert_from(bytes, 'UTF8')::json AS envelope FROM event) AS event
        ON event.log = start.log AND event.index >= start.index
)
INSERT INTO claim (key, owner, digest, log, index)
SELECT
    'command:' || key,
    (array_agg(subject ORDER BY subject LIKE 'duty/%', place, index))[1],
    ''::bytea,
    (array_agg(log ORDER BY ends DESC, place DESC, index DESC))[1],
    (array_agg(index ORDER BY ends DESC, place DESC, index DESC))[1]
FROM tail GROUP BY key
ON CONFLICT (key) DO UPDATE SET log = excluded.log, index = excluded.index;

-- name: cut_commands
-- Commands of an imported tail that lack their last event, with the events that are there, in the order of the logs.
-- $1 text[] logs · $2 bigint[] where their tails begin → key, log, index, bytes.
WITH tail AS (
    SELECT start.place, event.log, event.index, event.bytes, event.envelope ->> 'commandkey' AS key,
        coalesce((event.envelope ->> 'commandend')::boolean, false) AS ends
    FROM unnest($1::text[], $2::bigint[]) WITH ORDINALITY AS start (log, index, place)
    JOIN (SELECT log, index, bytes, convert_from(bytes, 'UTF8')::json AS envelope FROM event) AS event
        ON event.log = start.log AND event.index >= start.index
),
known AS (SELECT *, bool_or(ends) OVER (PARTITION BY key) AS whole FROM tail)
SELECT key, log, index, bytes FROM known WHERE NOT whole ORDER BY place, index;

-- name: causes
-- What the tail's reactions had as causes (their command keys are <source>/<index>/<what>): the highest index of each source.
-- $1 text[] logs · $2 bigint[] where their tails begin · $3 text[] the sources that are followed.
SELECT cause[1] AS source, max(cause[2]::bigint) AS index
FROM unnest($1::text[], $2::bigint[]) AS start (log, index)
JOIN event ON event.log = start.log AND event.index >= start.index,
regexp_match(convert_from(event.bytes, 'UTF8')::json ->> 'commandkey', '^([^/]+)/([0-9]{1,18})/.') AS cause
WHERE cause[1] = ANY($3::text[])
GROUP BY cause[1];

-- name: learn
-- What a command was decided on: streams and the duties about objects, in the order of their logs.
-- $1 text[] streams · $2 text[] objects.
SELECT log, index, subject, object, bytes FROM event
WHERE subject = ANY($1::text[]) OR object = ANY($2::text[]) ORDER BY log, index;
