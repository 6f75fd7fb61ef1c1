-- name: table
CREATE TABLE enterprise (
    key text PRIMARY KEY,
    enterprise_id text NOT NULL,
    name text,
    status text NOT NULL,
    recognised_from date,
    offering integer NOT NULL,
    cpv jsonb NOT NULL,
    nuts jsonb NOT NULL,
    capacity text,
    capacity_unit text,
    alone boolean NOT NULL,
    reaches_30_percent boolean,
    share_until date,
    contacts jsonb NOT NULL,
    versions jsonb NOT NULL,
    absorbed_ids jsonb NOT NULL,
    version integer NOT NULL
);

-- name: page
-- What procurement matches with, of every enterprise that it has heard of. $1 text cursor · $2 int limit · $3 text status.
SELECT
    key, enterprise_id, name, status, recognised_from, cpv, nuts, capacity, capacity_unit, reaches_30_percent, share_until,
    contacts
FROM enterprise
WHERE key > $1 AND ($3::text IS NULL OR status = $3)
ORDER BY key LIMIT $2;

-- name: knowledge_years
-- The WISEs for which a year has begun that the clock has not taken (GS-5), the earliest year first.
-- $1 int first year · $2 int this year · $3 int at most.
SELECT enterprise_id, year, versions
FROM enterprise, generate_series($1::int, $2::int) AS year
WHERE status IN ('recognised', 'suspended') AND recognised_from < make_date(year, 1, 1)
AND NOT EXISTS (SELECT FROM claim WHERE claim.key = 'command:tick/year/' || year || '/gs-5/' || enterprise_id)
ORDER BY year, enterprise_id LIMIT $3;
