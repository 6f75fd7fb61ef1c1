-- name: count
-- $1 text topic · $2 accepted · $3 repeated · $4 refused, of this batch.
INSERT INTO inbox (topic, accepted, repeated, refused) VALUES ($1, $2, $3, $4)
ON CONFLICT (topic) DO UPDATE SET accepted = inbox.accepted + excluded.accepted,
    repeated = inbox.repeated + excluded.repeated, refused = inbox.refused + excluded.refused;

-- name: counts
SELECT topic, accepted, repeated, refused FROM inbox ORDER BY topic;
