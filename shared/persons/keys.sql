-- name: create_key
-- Make a key unless its name is taken, by whomever: then there is no row, and the other's key counts.
-- $1 text name · $2 text purpose · $3 text person's reference · $4 text epoch · $5 bytea wrapped material.
INSERT INTO key (ref, purpose, person_ref, epoch, material) VALUES ($1, $2, $3, $4, $5)
ON CONFLICT (ref) DO NOTHING RETURNING ref;

-- name: find_keys
-- $1 text[] names → those that this role may read; material is NULL for a destroyed one.
SELECT ref, epoch, material FROM key WHERE ref = ANY($1::text[]);

-- name: destroy_key
-- $1 text name; no row: there was none any more. The tie to the person goes too.
UPDATE key SET material = NULL, person_ref = NULL, destroyed_at = now() WHERE ref = $1 AND material IS NOT NULL RETURNING ref;

-- name: permit
-- $1 name role · $2 text purpose · $3 boolean may write.
INSERT INTO permission (role, purpose, writes) VALUES ($1, $2, $3)
ON CONFLICT (role, purpose) DO UPDATE SET writes = excluded.writes;

-- name: forbid_others
-- $1 name role · $2 text[] the purposes that it keeps.
DELETE FROM permission WHERE role = $1 AND purpose <> ALL ($2::text[]);

-- name: applied
-- The migrations that were applied here, with their checksums.
SELECT name, checksum FROM migration;
