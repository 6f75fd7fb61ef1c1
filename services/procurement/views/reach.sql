-- name: table
CREATE TABLE reach (
    key text PRIMARY KEY,
    tender_id text NOT NULL,
    enterprise_id text NOT NULL,
    stages jsonb NOT NULL,
    version integer NOT NULL
);
-- of_tender: the pairs of a tender
CREATE INDEX reach_tender ON reach (tender_id);

-- name: of_tender
-- What the reach ledger of an own, public tender is made of: the tender, every enterprise that was ever recognised, their pairs and
-- their GS-6 duties; and of a duplicate the tender that is kept, through all links, whose seal holds. Sealed. $1 text key.
SELECT
    tender.key, tender.tender_id, to_jsonb(tender) AS tender,
    (SELECT coalesce(jsonb_agg(to_jsonb(each) ORDER BY each.key), '[]') FROM enterprise AS each WHERE each.versions <> '[]')
        AS enterprises,
    (SELECT coalesce(jsonb_agg(to_jsonb(each) ORDER BY each.key), '[]') FROM reach AS each
        WHERE each.tender_id = tender.tender_id) AS pairs,
    (SELECT coalesce(jsonb_agg(to_jsonb(duty) ORDER BY duty.key), '[]') FROM duty
        JOIN reach AS each ON duty.object_id = each.tender_id || '/' || each.enterprise_id
        WHERE each.tender_id = tender.tender_id) AS duties,
    (WITH RECURSIVE link (key, duplicate_of, n) AS (
        SELECT one.key, one.duplicate_of, 0 FROM tender AS one WHERE one.key = $1
        UNION ALL
        SELECT one.key, one.duplicate_of, link.n + 1
        FROM link JOIN tender AS one ON one.key = 'tender/' || link.duplicate_of WHERE link.n < 100
    )
    SELECT to_jsonb(one) FROM link JOIN tender AS one ON one.key = link.key ORDER BY link.n DESC LIMIT 1) AS kept
FROM tender WHERE tender.key = $1 AND tender.versions <> '[]';
