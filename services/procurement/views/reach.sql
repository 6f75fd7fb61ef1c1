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
-- their GS-6 duties. Sealed. $1 text key.
SELECT
    tender.key, tender.tender_id, to_jsonb(tender) AS tender,
    (SELECT coalesce(jsonb_agg(to_jsonb(each) ORDER BY each.key), '[]') FROM enterprise AS each WHERE each.versions <> '[]')
        AS enterprises,
    (SELECT coalesce(jsonb_agg(to_jsonb(each) ORDER BY each.key), '[]') FROM reach AS each
        WHERE each.tender_id = tender.tender_id) AS pairs,
    (SELECT coalesce(jsonb_agg(to_jsonb(duty) ORDER BY duty.key), '[]') FROM duty
        JOIN reach AS each ON duty.object_id = each.tender_id || '/' || each.enterprise_id
        WHERE each.tender_id = tender.tender_id) AS duties
FROM tender WHERE tender.key = $1 AND tender.versions <> '[]';
