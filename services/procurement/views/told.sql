-- name: table
CREATE TABLE told (
    key text PRIMARY KEY,
    tender_id text NOT NULL,
    planned jsonb,
    published jsonb,
    changes jsonb NOT NULL,
    changed_at timestamptz,
    now jsonb NOT NULL,
    lots jsonb NOT NULL,
    given_up jsonb NOT NULL,
    cancelled boolean NOT NULL
);

-- name: of_digest
-- Which tender, stage and purpose some facts are of. $1 text digest.
SELECT tender_id, each -> 'facts' ->> 'stage' AS stage, each -> 'facts' ->> 'purpose' AS purpose
FROM told, jsonb_array_elements(jsonb_build_array(planned, published) || changes) AS each
WHERE each ->> 'digest' = $1;
