-- name: trees
-- What has been signed. $1 text[] logs; NULL: all → log, size, the checkpoint of exactly that many, its public keys.
SELECT log, size, checkpoint, verifier_keys FROM tree
WHERE checkpoint IS NOT NULL AND ($1::text[] IS NULL OR log = ANY($1::text[])) ORDER BY log;

-- name: entries
-- What comes next in one log. $1 text log · $2 bigint from index · $3 bigint below which.
SELECT index, bytes FROM event WHERE log = $1 AND index >= $2 AND index < $3 ORDER BY index;

-- name: live_keys
-- Which keys still exist, of those that this role may see; their material is not asked for. $1 text[] names.
SELECT ref FROM key WHERE ref = ANY($1::text[]) AND material IS NOT NULL;
