-- name: begin_published
-- $1 text[] logs: those that were never published begin at 0.
INSERT INTO published (log, next_index) SELECT log, 0 FROM unnest($1::text[]) AS log ON CONFLICT DO NOTHING;

-- name: waiting
-- What Kafka has not acknowledged, of all logs in one snapshot: what is before an event in its append is here too.
-- $1 text[] logs, in the order in which they are sent · $2 int at most of each → log, index, stream, bytes.
SELECT published.log, event.index, event.subject, event.bytes FROM published,
LATERAL (
    SELECT index, subject, bytes FROM event
    WHERE event.log = published.log AND event.index >= published.next_index ORDER BY index LIMIT $2
) AS event
WHERE published.log = ANY($1::text[])
ORDER BY array_position($1::text[], published.log), event.index;

-- name: move_published
-- Compare and set, and only by the leader: a zombie whose records followers ignore would otherwise have its successor pass
-- over them. $1 text[] logs · $2 bigint[] expected · $3 bigint[] next · $4 bigint epoch → how many were moved.
WITH moved AS (
    UPDATE published SET next_index = move.next
    FROM unnest($1::text[], $2::bigint[], $3::bigint[]) AS move (log, expected, next)
    WHERE published.log = move.log AND published.next_index = move.expected AND (SELECT epoch FROM lead) = $4
    RETURNING 1
)
SELECT count(*) FROM moved;
