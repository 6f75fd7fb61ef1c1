-- name: events
-- A log from an index on, with what the columns say of each event. $1 text log · $2 bigint from index · $3 int at most.
SELECT index, subject, version, object, bytes FROM event WHERE log = $1 AND index >= $2 ORDER BY index LIMIT $3;

-- name: events_of_part
-- A log from an index on, of streams that no pattern tells apart, or that lie in a part of so many.
-- $1 text log · $2 bigint from index · $3 int at most · $4 text pattern whose group names what is apart · $5 int part · $6 int of.
SELECT index, subject, version, object, bytes FROM event
WHERE log = $1 AND index >= $2
AND coalesce(mod(abs(hashtext(substring(subject FROM $4))::bigint), $6) = $5, true)
ORDER BY index LIMIT $3;

-- name: event
-- One event. $1 text log · $2 bigint index.
SELECT index, subject, version, object, bytes FROM event WHERE log = $1 AND index = $2;

-- name: logs
-- The logs that there are events of, known or not.
SELECT DISTINCT log FROM event ORDER BY log;

-- name: published
-- How far Kafka has acknowledged each log.
SELECT log, next_index FROM published;

-- name: positions
-- What the reactor expects next of each source. $1 text follower.
SELECT source, next_index FROM position WHERE follower = $1;

-- name: claims
-- What is taken and has a place: that of the last event of the command that took it.
SELECT key, log, index FROM claim WHERE log IS NOT NULL ORDER BY log, index, key;

-- name: ends
-- The next index of each log. $1 text[] logs.
SELECT wanted.log, (SELECT coalesce(max(index) + 1, 0) FROM event WHERE event.log = wanted.log) AS next_index
FROM unnest($1::text[]) AS wanted(log);
