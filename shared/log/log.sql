-- name: take_append_lock
-- One append at a time in a service's database, in all its logs. Given back by commit or rollback. The number is "medverka".
SELECT pg_advisory_xact_lock(7882818533520108385);

-- name: open_group
-- What a group of commands needs to be decided, asked after the append lock was taken and as a later statement, so that its
-- snapshot holds everything that was committed before. A snapshot from before the lock lets two groups decide on one past.
-- One statement, since every round trip is paid under the lock.
-- $1 text[] streams · $2 text[] objects of duties · $3 text[] claim keys · $4 text[] logs →
-- 'event': log, index, object, bytes, in index order · 'held': a taken claim's key, owner, digest and place ·
-- 'end': a log's next index · 'lead': the epoch as index, name 'open' or 'closed'.
SELECT 'event' AS kind, log, index, object AS name, NULL AS owner, bytes FROM event
WHERE subject = ANY($1::text[]) OR object = ANY($2::text[])
UNION ALL
SELECT 'held', log, index, key, owner, digest FROM claim WHERE key = ANY($3::text[])
UNION ALL
SELECT 'end', wanted.log, (SELECT coalesce(max(index) + 1, 0) FROM event WHERE event.log = wanted.log), NULL, NULL, NULL
FROM unnest($4::text[]) AS wanted(log)
UNION ALL
SELECT 'lead', NULL, epoch, CASE WHEN open AND opened_in = this_database() THEN 'open' ELSE 'closed' END, NULL, NULL FROM lead
ORDER BY kind, log, index;

-- name: ends_of
-- Each log's next index. $1 text[] logs.
SELECT wanted.log, (SELECT coalesce(max(index) + 1, 0) FROM event WHERE event.log = wanted.log) AS next_index
FROM unnest($1::text[]) AS wanted(log);

-- name: store_claims
-- The claims of a group, whose events were copied in before them. $1 text[] keys · $2 text[] owners · $3 bytea[] digests ·
-- $4 text[] logs · $5 bigint[] indexes.
INSERT INTO claim (key, owner, digest, log, index)
SELECT * FROM unnest($1::text[], $2::text[], $3::bytea[], $4::text[], $5::bigint[])
ON CONFLICT (key) DO UPDATE
SET owner = excluded.owner, digest = excluded.digest, log = excluded.log, index = excluded.index;

-- name: release_claims
-- What streams give back; a claim that has another owner by now stays. $1 text[] keys · $2 text[] owners.
DELETE FROM claim USING unnest($1::text[], $2::text[]) AS given(key, owner)
WHERE claim.key = given.key AND claim.owner = given.owner;

-- name: read_log
-- What comes next in one log. $1 text log · $2 bigint from index · $3 int at most.
SELECT index, bytes FROM event WHERE log = $1 AND index >= $2 ORDER BY index LIMIT $3;

-- name: history
-- One stream from its beginning, up to an index of its log. $1 text stream · $2 bigint last index.
SELECT index, bytes FROM event WHERE subject = $1 AND index <= $2 ORDER BY version;

-- name: positions
-- $1 text follower → what it expects next of each source.
SELECT source, next_index, epoch, react_from FROM position WHERE follower = $1;

-- name: begin_position
-- $1 text follower · $2 text source.
INSERT INTO position (follower, source, next_index, epoch) VALUES ($1, $2, 0, 0) ON CONFLICT DO NOTHING;

-- name: move_position
-- Compare and set: no row moved means that another follower was here. $1 follower · $2 source · $3 expected index ·
-- $4 next index · $5 epoch.
-- It tells how many tables have been made: another number than before, and what is in memory is not theirs.
UPDATE position SET next_index = $4, epoch = $5 WHERE follower = $1 AND source = $2 AND next_index = $3 AND epoch <= $5
RETURNING (SELECT coalesce(sum(made), 0)::bigint FROM view);

-- name: take_turn
-- One transaction of the reactor, or one switch of a rebuild, at a time.
SELECT pg_advisory_xact_lock(hashtext('medverka reactor turn'));

-- name: views_made
-- How many tables have been made.
SELECT coalesce(sum(made), 0)::bigint FROM view;

-- name: views
-- By which pair of files each table was made.
SELECT name, digest FROM view;

-- name: note_view
-- A table was made. $1 text view · $2 text digest of its pair of files.
INSERT INTO view (name, digest, made) VALUES ($1, $2, 1)
ON CONFLICT (name) DO UPDATE SET digest = excluded.digest, made = view.made + 1;

-- name: begin_rebuild
-- One rebuild of a view at a time. $1 text the schema that it is made in.
SELECT pg_advisory_lock(hashtext('medverka ' || $1));

-- name: end_rebuild
-- $1 text the schema.
SELECT pg_advisory_unlock(hashtext('medverka ' || $1));

-- name: claimed
-- $1 text[] keys → those that are taken.
SELECT key FROM claim WHERE key = ANY($1::text[]);

-- name: lead
SELECT epoch, open AND opened_in IS NOT DISTINCT FROM this_database() AS open FROM lead;

-- name: close_lead
-- A leader begins its handshake: nobody appends until it is open again. Asked under the append lock. $1 bigint epoch.
UPDATE lead SET epoch = $1, open = false WHERE epoch <= $1;

-- name: open_lead
-- The handshake is made. $1 bigint the epoch that it took; no row: another leader has taken over.
UPDATE lead SET open = true, opened_in = this_database() WHERE epoch = $1;

-- name: import_events
-- The tail that Kafka has and a restored Postgres lacks, byte for byte. $1 text log · $2 bigint[] indexes · $3 text[] subjects ·
-- $4 int[] versions · $5 text[] objects · $6 bytea[] events.
INSERT INTO event (log, index, subject, version, object, bytes)
SELECT $1, * FROM unnest($2::bigint[], $3::text[], $4::int[], $5::text[], $6::bytea[]);

-- name: import_claims
-- Claims of an imported tail. $1 text[] keys · $2 text[] owners · $3 bytea[] digests · $4 text[] logs · $5 bigint[] indexes.
INSERT INTO claim (key, owner, digest, log, index)
SELECT * FROM unnest($1::text[], $2::text[], $3::bytea[], $4::text[], $5::bigint[])
ON CONFLICT (key) DO UPDATE SET log = excluded.log, index = excluded.index;

-- name: react_from
-- Below this index of a source views fold and nothing reacts again. $1 text follower · $2 text source · $3 bigint index.
INSERT INTO position (follower, source, next_index, epoch, react_from) VALUES ($1, $2, 0, 0, $3)
ON CONFLICT (follower, source) DO UPDATE SET react_from = greatest(position.react_from, excluded.react_from);

-- name: keep_refused_original
-- $1 text event id · $2 bytea sealed bytes · $3 date expires on.
INSERT INTO refused_original (event_id, sealed, expires_on) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING;

-- name: forget_expired_originals
-- $1 date today.
DELETE FROM refused_original WHERE expires_on < $1;
