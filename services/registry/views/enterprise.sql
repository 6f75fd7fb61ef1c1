-- name: table
CREATE TABLE enterprise (
    key text PRIMARY KEY,
    enterprise_id text NOT NULL,
    status text NOT NULL,
    since date NOT NULL,
    name text,
    name_enc jsonb,
    is_sole_trader boolean NOT NULL,
    identity_kind text NOT NULL,
    organisation_number text,
    number_enc jsonb,
    is_incomplete boolean NOT NULL,
    legal_form text NOT NULL,
    municipality_code text NOT NULL,
    registered_on date NOT NULL,
    business_started_on date,
    is_social_work_cooperative boolean,
    website text,
    ownership_check text,
    criteria jsonb NOT NULL,
    criteria_version text,
    review_due_on date,
    standings jsonb NOT NULL,
    pending jsonb NOT NULL,
    offering jsonb,
    reaches_30_percent boolean,
    share_as_of date,
    share_valid_until date,
    closed_because text,
    suspended_until date,
    absorbed_ids jsonb NOT NULL
);
-- page: those of one status, in the order of their keys
CREATE INDEX enterprise_status ON enterprise (status, key);
-- looked_up: the enterprise that has a number
CREATE INDEX enterprise_number ON enterprise (organisation_number);

-- name: page
-- Enterprises as everybody in the authority may see them: a sole trader by its mark and not by its name.
-- $1 text cursor · $2 int limit · $3 text status · $4 text municipality · $5 text legal form · $6 bool lacks personal details
-- · $7 text ownership check · $8 date review due up to.
SELECT
    key, enterprise_id, status, since, name, is_sole_trader, identity_kind, organisation_number, is_incomplete, legal_form,
    municipality_code, registered_on, business_started_on, is_social_work_cooperative, website, ownership_check, criteria,
    criteria_version, review_due_on, offering, reaches_30_percent, share_as_of, share_valid_until, closed_because,
    suspended_until, absorbed_ids
FROM enterprise
WHERE key > $1
AND ($3::text IS NULL OR status = $3)
AND ($4::text IS NULL OR municipality_code = $4)
AND ($5::text IS NULL OR legal_form = $5)
AND ($6::bool IS NULL OR is_incomplete = $6)
AND ($7::text IS NULL OR ownership_check = $7)
AND ($8::date IS NULL OR review_due_on <= $8)
ORDER BY key LIMIT $2;

-- name: one
-- One enterprise, as in `page`, with how it stood before and what it waits for. $1 text key.
SELECT
    key, enterprise_id, status, since, name, is_sole_trader, identity_kind, organisation_number, is_incomplete, legal_form,
    municipality_code, registered_on, business_started_on, is_social_work_cooperative, website, ownership_check, criteria,
    criteria_version, review_due_on, standings, pending, offering, reaches_30_percent, share_as_of, share_valid_until,
    closed_because, suspended_until, absorbed_ids
FROM enterprise WHERE key = $1;

-- name: personal
-- A sole trader's name and number, sealed; opened for the registry officer alone. $1 text key.
SELECT key, enterprise_id, identity_kind, name_enc, number_enc, is_incomplete FROM enterprise
WHERE key = $1 AND (name_enc IS NOT NULL OR number_enc IS NOT NULL OR is_incomplete);

-- name: recognitions
-- Who is a recognised WISE on a day? What was recorded last of all that had taken effect by then; without a day, as it stands now.
-- Never the share. $1 text cursor · $2 int limit · $3 date on · $4 text enterprise · $5 text status.
SELECT enterprise.key, enterprise_id, standing ->> 'status' AS status, (standing ->> 'effective_from')::date AS effective_from,
    standing ->> 'criteria_version' AS criteria_version
FROM enterprise
CROSS JOIN LATERAL (
    SELECT standing FROM jsonb_array_elements(standings) WITH ORDINALITY AS recorded (standing, n)
    WHERE $3::date IS NULL OR (standing ->> 'effective_from')::date <= $3
    ORDER BY n DESC LIMIT 1
) AS latest
WHERE enterprise.key > $1
AND ($4::text IS NULL OR enterprise_id = $4)
AND ($5::text IS NULL OR standing ->> 'status' = $5)
ORDER BY enterprise.key LIMIT $2;

-- name: looked_up
-- The same for the one that has a number: a legal person's stands in its row, a person's is claimed by its MAC.
-- $1 text cursor · $2 int limit · $3 text legal person's number · $4 text claim of a person's · $5 date on.
SELECT enterprise.key, enterprise_id, standing ->> 'status' AS status, (standing ->> 'effective_from')::date AS effective_from,
    standing ->> 'criteria_version' AS criteria_version
FROM enterprise
CROSS JOIN LATERAL (
    SELECT standing FROM jsonb_array_elements(standings) WITH ORDINALITY AS recorded (standing, n)
    WHERE $5::date IS NULL OR (standing ->> 'effective_from')::date <= $5
    ORDER BY n DESC LIMIT 1
) AS latest
WHERE enterprise.key > $1
AND (organisation_number = $3 OR enterprise.key = (SELECT owner FROM claim WHERE claim.key = $4))
ORDER BY enterprise.key LIMIT $2;

-- name: by_start_year
-- How many WISEs began their business in each year, of those that are recognised or suspended on a day (IN-2); without a day, of
-- those that are so now. `unknown` where the start is not known. $1 text cursor · $2 int limit · $3 date on.
SELECT key, key AS start_year, count(*) AS wises FROM (
    SELECT coalesce(extract(year FROM business_started_on)::int::text, 'unknown') AS key
    FROM enterprise
    CROSS JOIN LATERAL (
        SELECT standing FROM jsonb_array_elements(standings) WITH ORDINALITY AS recorded (standing, n)
        WHERE $3::date IS NULL OR (standing ->> 'effective_from')::date <= $3
        ORDER BY n DESC LIMIT 1
    ) AS latest
    WHERE standing ->> 'status' IN ('recognised', 'suspended')
) AS started
WHERE key > $1
GROUP BY key ORDER BY key LIMIT $2;

-- name: applications
-- Enterprises that wait for a decision on an application, with the criteria as far as they are assessed.
-- $1 text cursor · $2 int limit · $3 date received up to.
SELECT key, enterprise_id, status, name, is_sole_trader, pending, criteria
FROM enterprise
WHERE key > $1 AND pending <> '[]'
AND ($3::date IS NULL OR (pending -> 0 ->> 'received_on')::date <= $3)
ORDER BY key LIMIT $2;
