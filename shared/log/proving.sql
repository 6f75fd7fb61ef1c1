-- name: begin_trees
-- $1 text[] logs: those that have no tree yet begin with an empty one.
INSERT INTO tree (log) SELECT log FROM unnest($1::text[]) AS log ON CONFLICT DO NOTHING;

-- name: trees
-- $1 text[] logs → each log's tree, and how far Kafka has acknowledged the log.
SELECT tree.log, tree.size, tree.frontier, tree.checkpoint, coalesce(published.next_index, 0) AS published
FROM tree LEFT JOIN published ON published.log = tree.log
WHERE tree.log = ANY($1::text[]) ORDER BY tree.log;

-- name: published_of
-- $1 text[] logs → how far Kafka has acknowledged each.
SELECT log, next_index FROM published WHERE log = ANY($1::text[]);

-- name: grow_tree
-- Compare and set, and only by the leader: two trees of one log would be two histories.
-- $1 text log · $2 bigint size before · $3 bigint size · $4 bytea[] frontier · $5 bytea checkpoint ·
-- $6 text[] verifier keys · $7 bigint epoch.
UPDATE tree SET size = $3, frontier = $4, checkpoint = $5, verifier_keys = $6
WHERE log = $1 AND size = $2 AND (SELECT epoch FROM lead) = $7
RETURNING log;

-- name: checkpoint
-- $1 text log → its last signed checkpoint; no row where there is no such log, or nothing was signed yet.
SELECT checkpoint FROM tree WHERE log = $1 AND checkpoint IS NOT NULL;
