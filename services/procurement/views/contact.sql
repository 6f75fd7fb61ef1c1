-- name: table
CREATE TABLE contact (
    key text PRIMARY KEY,
    enterprise_id text NOT NULL,
    contacts jsonb NOT NULL
);

-- name: unreachable
-- The recognised and suspended enterprises that no letter reaches: without a contact by e-mail for tenders or in general.
-- What else there is by which to reach them stands beside it; never an address. $1 text cursor · $2 int limit.
SELECT
    enterprise.key, enterprise.enterprise_id, enterprise.name AS enterprise, enterprise.status,
    (SELECT coalesce(jsonb_agg(DISTINCT each ->> 'channel'), '[]') FROM jsonb_array_elements(contact.contacts) AS each)
        AS other_channels,
    (SELECT count(*) FROM duty WHERE duty.clause = 'GS-6' AND duty."end" IS NULL
        AND split_part(duty.object_id, '/', 2) = enterprise.enterprise_id) AS open_duties,
    (SELECT min(duty.due_on) FROM duty WHERE duty.clause = 'GS-6' AND duty."end" IS NULL
        AND split_part(duty.object_id, '/', 2) = enterprise.enterprise_id) AS due_on,
    (SELECT duty.interpretation_id FROM duty WHERE duty.clause = 'GS-6' AND duty."end" IS NULL
        AND split_part(duty.object_id, '/', 2) = enterprise.enterprise_id ORDER BY duty.due_on, duty.id LIMIT 1)
        AS interpretation_id
FROM enterprise
LEFT JOIN contact ON contact.key = enterprise.key
WHERE enterprise.key > $1 AND enterprise.status IN ('recognised', 'suspended')
AND NOT jsonb_path_exists(
    coalesce(contact.contacts, '[]'),
    '$[*] ? (@.channel == "email" && (@.purpose == "procurement" || @.purpose == "general"))'
)
ORDER BY enterprise.key LIMIT $2;
