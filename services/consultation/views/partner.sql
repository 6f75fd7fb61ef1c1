-- name: table
CREATE TABLE partner (
    key text PRIMARY KEY,
    partner_id text NOT NULL,
    roles jsonb NOT NULL,
    owned jsonb NOT NULL,
    contributions jsonb NOT NULL,
    referrals jsonb NOT NULL
);

-- name: page
-- The outside bodies. $1 text cursor · $2 int limit.
SELECT key, partner_id, roles, owned, contributions FROM partner WHERE key > $1 ORDER BY key LIMIT $2;

-- name: one
-- One body, with its referrals. $1 text key.
SELECT key, partner_id, roles, owned, contributions, referrals FROM partner WHERE key = $1;

-- name: contributions
-- A row for every year since duties arise and for Coompanion, whether or not anything is recorded, and for what else is.
-- $1 text cursor · $2 int limit · $3 int year · $4 text partner.
WITH years AS (
    SELECT DISTINCT object_id::integer AS year FROM duty WHERE kind = 'initiative'
), given AS (
    SELECT partner_id, contribution.*
    FROM partner, jsonb_to_recordset(contributions) AS contribution (
        year integer, decided text, paid text, currency text, vat text, decisions jsonb, reason text
    )
), wanted AS (
    SELECT 'coompanion' AS partner_id, year FROM years
    UNION SELECT partner_id, year FROM given
    UNION SELECT partner_id, year FROM partner, years WHERE owned <> '[]'
)
SELECT wanted.partner_id || '/' || wanted.year AS key, wanted.partner_id, wanted.year, decided, paid, currency, vat,
    decisions, reason, owned
FROM wanted
LEFT JOIN given USING (partner_id, year)
LEFT JOIN partner USING (partner_id)
WHERE wanted.partner_id || '/' || wanted.year > $1
AND ($3::integer IS NULL OR wanted.year = $3)
AND ($4::text IS NULL OR wanted.partner_id = $4)
ORDER BY key LIMIT $2;
