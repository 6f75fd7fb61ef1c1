-- name: table
CREATE TABLE outreach (
    key text PRIMARY KEY,
    tender_id text NOT NULL,
    enterprise_id text NOT NULL,
    stage text NOT NULL,
    verdict text NOT NULL,
    lot_ids jsonb NOT NULL,
    tests jsonb NOT NULL,
    assessment_id text NOT NULL,
    assessed_at timestamptz NOT NULL,
    rules_version text NOT NULL,
    interpretation_id text NOT NULL,
    closes_on date,
    sent jsonb NOT NULL,
    attempts integer NOT NULL,
    delivered_on date,
    failed boolean NOT NULL,
    version integer NOT NULL
);
-- page, counts: the pairs of a tender
CREATE INDEX outreach_tender ON outreach (tender_id);
-- page: the pairs of an enterprise
CREATE INDEX outreach_enterprise ON outreach (enterprise_id);

-- name: page
-- Why it suits or does not: each pair with its verdict and all its tests. Sealed: it names enterprises beside open tenders.
-- $1 text cursor · $2 int limit · $3 text tender · $4 text enterprise · $5 text verdict.
SELECT
    outreach.key, outreach.tender_id, tender.title_sv, outreach.enterprise_id, enterprise.name AS enterprise, outreach.stage,
    verdict, lot_ids, tests, assessment_id, assessed_at, rules_version, interpretation_id, outreach.closes_on, sent,
    delivered_on
FROM outreach
LEFT JOIN tender ON tender.key = 'tender/' || outreach.tender_id
LEFT JOIN enterprise ON enterprise.key = 'enterprise/' || outreach.enterprise_id
WHERE outreach.key > $1
AND ($3::text IS NULL OR outreach.tender_id = $3)
AND ($4::text IS NULL OR outreach.enterprise_id = $4)
AND ($5::text IS NULL OR verdict = $5)
ORDER BY outreach.key LIMIT $2;

-- name: one
-- One pair, with what was sent and what became of it. Sealed. $1 text key.
SELECT
    key, tender_id, enterprise_id, stage, verdict, lot_ids, tests, assessment_id, assessed_at, rules_version,
    interpretation_id, closes_on, sent, attempts, delivered_on, failed, version
FROM outreach WHERE key = $1;

-- name: failed_tests
-- Why not matched, a row for each failed test: both values, and what would turn it. Sealed.
-- $1 text cursor · $2 int limit · $3 text tender · $4 text enterprise.
WITH failed AS (
    SELECT
        outreach.key || '#' || lpad(place::text, 4, '0') AS key, tender_id, enterprise_id, test ->> 'test' AS failed_test,
        test -> 'lotIds' AS lot_ids, test ->> 'tenderHas' AS tender_value, test ->> 'enterpriseHas' AS enterprise_value,
        test ->> 'flipsIf' AS flips_if, interpretation_id
    FROM outreach, jsonb_array_elements(tests) WITH ORDINALITY AS each (test, place)
    WHERE verdict = 'not-suitable' AND test ->> 'outcome' = 'fail'
    AND ($3::text IS NULL OR tender_id = $3)
    AND ($4::text IS NULL OR enterprise_id = $4)
)
SELECT * FROM failed WHERE key > $1 ORDER BY key LIMIT $2;

-- name: to_tell
-- Whom to tell of what: the open GS-6 duties, with the last deadline, and whether there is a contact to write to. Sealed.
-- $1 text cursor · $2 int limit · $3 date due up to.
SELECT
    duty.key, duty.id AS duty_id, outreach.tender_id, tender.title_sv AS tender, outreach.enterprise_id,
    enterprise.name AS enterprise, duty.kind AS stage, duty.due_on, duty.interpretation_id, duty.trigger_on, outreach.closes_on AS deadline,
    duty.steps ? 'overdue' AS is_overdue, outreach.attempts, outreach.failed,
    CASE
        WHEN jsonb_path_exists(enterprise.contacts, 'strict $[*] ? (@[1] == "procurement")') THEN 'procurement'
        WHEN jsonb_path_exists(enterprise.contacts, 'strict $[*] ? (@[1] == "general")') THEN 'general'
        ELSE 'missing'
    END AS contact_state
FROM duty
JOIN outreach ON outreach.key = 'outreach/' || duty.object_id
LEFT JOIN tender ON tender.key = 'tender/' || outreach.tender_id
LEFT JOIN enterprise ON enterprise.key = 'enterprise/' || outreach.enterprise_id
WHERE duty.key > $1 AND duty.clause = 'GS-6' AND duty."end" IS NULL
AND ($3::date IS NULL OR duty.due_on <= $3)
ORDER BY duty.key LIMIT $2;

-- name: counts
-- How many a tender may suit and how many were told of it, without a name: what others may see while it is open.
-- $1 text cursor · $2 int limit · $3 text tender.
SELECT
    'tender/' || tender_id AS key, tender_id, count(*) AS assessed,
    count(*) FILTER (WHERE verdict = 'suitable') AS suitable,
    count(*) FILTER (WHERE verdict = 'suitable-if') AS suitable_if,
    count(*) FILTER (WHERE verdict = 'not-suitable') AS not_suitable,
    count(*) FILTER (WHERE delivered_on IS NOT NULL) AS informed,
    max(interpretation_id) AS interpretation_id -- the newest reading of "suitable" that one of them was judged by
FROM outreach
WHERE 'tender/' || tender_id > $1 AND ($3::text IS NULL OR tender_id = $3)
GROUP BY tender_id
ORDER BY key LIMIT $2;

-- name: closings
-- The open duties whose last fitting lot closes, for the clock: they lapse on the later of that day and the day after due.
-- $1 date up to · $2 int at most.
SELECT duty.id AS duty_id, duty.object_id, duty.due_on, outreach.closes_on
FROM duty JOIN outreach ON outreach.key = 'outreach/' || duty.object_id
WHERE duty.clause = 'GS-6' AND duty."end" IS NULL AND outreach.closes_on < $1::date AND duty.due_on < $1::date - 1
ORDER BY greatest(outreach.closes_on, duty.due_on + 1), duty.id LIMIT $2;
