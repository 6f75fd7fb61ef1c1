-- name: stream
-- A stream from its beginning, for the resource that a command answers with. $1 text stream.
SELECT log, index, bytes FROM event WHERE subject = $1 ORDER BY version;

-- name: streams
-- The histories in which a page's sealed fields are looked up. $1 text[] streams.
SELECT bytes FROM event WHERE subject = ANY ($1::text[]) ORDER BY subject, version;

-- name: events
-- The events of one's own logs that a document cites. $1 bytea[] ids.
SELECT log, index, bytes FROM event WHERE substring(bytes FROM 28 FOR 36) = ANY ($1::bytea[]) ORDER BY log, index;

-- name: seen_version
-- The version that a stream's row in the views has at least; NULL for a foreign stream. Asked before the row: an older number
-- makes an If-Match fail for nothing, a newer one would let it pass over what its reader has not seen. $1 text stream.
SELECT max(version) FROM event
WHERE subject = $1 AND index < (SELECT next_index FROM position WHERE follower = 'reactor' AND source = event.log);

-- name: positions_of_views
-- How far the views have each log.
SELECT source, next_index FROM position WHERE follower = 'reactor';

-- name: end_of_log
-- The next index of a log. $1 text log.
SELECT coalesce(max(index) + 1, 0) FROM event WHERE log = $1;
