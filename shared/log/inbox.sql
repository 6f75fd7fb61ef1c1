-- name: count
-- $1 text topic · $2 accepted · $3 repeated · $4 refused, of this batch.
INSERT INTO inbox (topic, accepted, repeated, refused) VALUES ($1, $2, $3, $4)
ON CONFLICT (topic) DO UPDATE SET accepted = inbox.accepted + excluded.accepted,
    repeated = inbox.repeated + excluded.repeated, refused = inbox.refused + excluded.refused;

-- name: refused_before
-- Which places of an inbox have been refused already: after a restore the topic is read again. $1 text[] streams → subject, id.
SELECT subject, convert_from(bytes, 'UTF8')::json ->> 'id' AS id FROM event WHERE subject = ANY($1::text[]);

-- name: counts
SELECT topic, accepted, repeated, refused FROM inbox ORDER BY topic;
