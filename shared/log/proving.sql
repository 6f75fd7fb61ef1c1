-- name: begin_trees
-- $1 text[] logs: those that have no tree yet begin with an empty one.
INSERT INTO tree (log) SELECT log FROM unnest($1::text[]) AS log ON CONFLICT DO NOTHING;

-- name: trees
-- $1 text[] logs.
SELECT log, size, checkpoint FROM tree WHERE log = ANY($1::text[]) ORDER BY log;

-- name: published_of
-- $1 text[] logs → how far Kafka has acknowledged each.
SELECT log, next_index FROM published WHERE log = ANY($1::text[]);

-- name: grow_tree
-- Compare and set, and only by the leader: two trees of one log would be two histories. The tiles go with it or not at all.
-- $1 text log · $2 bigint size before · $3 bigint size · $4 bytea checkpoint · $5 text[] verifier keys · $6 bigint epoch ·
-- $7 smallint[] levels · $8 bigint[] numbers · $9 bytea[] hashes of the tiles that are new or longer.
WITH grown AS (
    UPDATE tree SET size = $3, checkpoint = $4, verifier_keys = $5
    WHERE log = $1 AND size = $2 AND (SELECT epoch FROM lead) = $6
    RETURNING log
), kept AS (
    INSERT INTO tile (log, level, number, hashes)
    SELECT grown.log, tiles.* FROM grown, unnest($7::smallint[], $8::bigint[], $9::bytea[]) AS tiles
    ON CONFLICT (log, level, number) DO UPDATE SET hashes = excluded.hashes
)
SELECT log FROM grown;

-- name: tree
-- $1 text log → its size and last signed checkpoint; no row where there is no such log, or nothing was signed yet.
SELECT size, checkpoint FROM tree WHERE log = $1 AND checkpoint IS NOT NULL;

-- name: tiles
-- $1 text log · $2 smallint[] levels · $3 bigint[] numbers, equally long → the tiles that there are.
SELECT level, number, hashes FROM tile
WHERE log = $1 AND (level, number) IN (SELECT * FROM unnest($2::smallint[], $3::bigint[]));
