-- name: table
CREATE TABLE tender (
    key text PRIMARY KEY,
    tender_id text NOT NULL,
    title_sv text NOT NULL,
    title_en text,
    phase text NOT NULL,
    own boolean NOT NULL,
    suspended boolean NOT NULL,
    source text NOT NULL,
    regime text,
    board text,
    buyers jsonb NOT NULL,
    public_since timestamptz,
    published_at timestamptz,
    closes_on date,
    lots jsonb NOT NULL,
    cancelled_lots jsonb NOT NULL,
    procedure_id text,
    notice_id text,
    notice_version text,
    notice_digest text,
    subtype text,
    versions jsonb NOT NULL,
    version integer NOT NULL,
    planned_on date,
    stated jsonb NOT NULL,
    stated_on date,
    uncovered jsonb NOT NULL,
    upphandlings_id text,
    duplicate_of text,
    replaced_by text,
    none_suitable_on date,
    contracts jsonb NOT NULL,
    decided_lots jsonb NOT NULL
);
-- of_procedure: which tender a notice is about
CREATE INDEX tender_procedure ON tender (procedure_id) WHERE procedure_id IS NOT NULL;
-- one: which tenders it replaces
CREATE INDEX tender_replaced ON tender (replaced_by) WHERE replaced_by IS NOT NULL;
-- page: the open tenders, the authority's own
CREATE INDEX tender_phase ON tender (phase, own, key);

-- name: page
-- Tenders, the authority's own and others'. A plan that is not public is the procurement office's alone (`plans`).
-- $1 text cursor · $2 int limit · $3 text phase · $4 bool own · $5 date closes on or after · $6 text procedure (BT-04).
SELECT
    key, tender_id, title_sv, title_en, phase, own, suspended, source, regime, board, buyers, public_since, published_at,
    closes_on, lots, cancelled_lots, procedure_id, notice_id, notice_version, subtype
FROM tender
WHERE key > $1
AND (published_at IS NOT NULL OR public_since IS NOT NULL)
AND ($3::text IS NULL OR phase = $3)
AND ($4::bool IS NULL OR own = $4)
AND ($5::date IS NULL OR closes_on >= $5)
AND ($6::text IS NULL OR procedure_id = $6)
ORDER BY key LIMIT $2;

-- name: plans
-- Planned procurements, those too that are not public yet. $1 text cursor · $2 int limit.
SELECT
    key, tender_id, title_sv, title_en, phase, own, source, board, buyers, public_since, lots, procedure_id, notice_id
FROM tender
WHERE key > $1 AND phase = 'planned'
ORDER BY key LIMIT $2;

-- name: one
-- One tender as it stands. $1 text key.
WITH former AS (
    SELECT string_agg(tender_id, ' ' ORDER BY tender_id) AS replaces FROM tender
    WHERE replaced_by = split_part($1, '/', 2)
)
SELECT
    key, tender_id, title_sv, title_en, phase, own, suspended, source, regime, board, buyers, public_since, published_at,
    closes_on, lots, cancelled_lots, procedure_id, notice_id, notice_version, notice_digest, subtype, version,
    upphandlings_id, duplicate_of, replaced_by, none_suitable_on, decided_lots, planned_on, stated, stated_on, uncovered,
    contracts, replaces
FROM tender CROSS JOIN former WHERE key = $1;

-- name: of_procedure
-- The open tender that a notice is about: the one with its procedure (BT-04) that was not cancelled; else the one that read
-- this very notice. The newest first. $1 text procedure · $2 text notice · $3 text notice's version.
SELECT key, tender_id FROM tender
WHERE (procedure_id = $1 AND phase <> 'cancelled') OR (notice_id = $2 AND notice_version IS NOT DISTINCT FROM $3)
ORDER BY (phase <> 'cancelled') DESC, key DESC LIMIT 1;

-- name: unstated
-- Own procurements of services of which a lot has no statement on social criteria, with the duty that asks for one (GS-8).
-- $1 text cursor · $2 int limit · $3 text board · $4 date due up to.
SELECT
    tender.key, tender.tender_id, tender.title_sv, tender.title_en, tender.board AS buying_board, tender.phase,
    coalesce((tender.published_at AT TIME ZONE 'Europe/Stockholm')::date, tender.planned_on) AS publication_on,
    tender.uncovered AS lots_uncovered, duty.id AS duty_id, duty.due_on, duty.interpretation_id, duty.trigger_on
FROM tender LEFT JOIN duty ON duty.object_id = tender.tender_id AND duty.clause = 'GS-8' AND duty.kind = 'criteria'
    AND duty."end" IS NULL
WHERE tender.key > $1 AND tender.phase <> 'cancelled' AND tender.uncovered <> '[]'
AND ($3::text IS NULL OR tender.board = $3)
AND ($4::date IS NULL OR duty.due_on <= $4)
ORDER BY tender.key LIMIT $2;

-- name: explained_afterwards
-- Own procurements of services on which the last statement was made after the publication: a label beside the duty's class.
-- $1 text cursor · $2 int limit · $3 text board.
SELECT
    key, tender_id, title_sv, title_en, board AS buying_board, stated_on,
    (published_at AT TIME ZONE 'Europe/Stockholm')::date AS publication_on
FROM tender
WHERE key > $1 AND stated_on > (published_at AT TIME ZONE 'Europe/Stockholm')::date
AND ($3::text IS NULL OR board = $3)
ORDER BY key LIMIT $2;

-- name: terms_due
-- Social terms of contracts that are to be followed up, with the duty that asks for it (GS-8, local).
-- $1 text cursor · $2 int limit · $3 text board · $4 date due up to · $5 text contract.
SELECT
    duty.key, duty.id AS duty_id, tender.tender_id, tender.title_sv, tender.title_en, duty.owed_by AS buying_board,
    split_part(duty.id, '/', 2) AS contract_id, split_part(duty.id, '/', 3) AS term_id, duty.ordinal, duty.due_on, duty.interpretation_id,
    duty.steps ? 'overdue' AS is_overdue
FROM duty JOIN tender ON tender.tender_id = duty.object_id
WHERE duty.key > $1 AND duty.clause = 'GS-8' AND duty.kind = 'contract-term' AND duty."end" IS NULL
AND ($3::text IS NULL OR duty.owed_by = $3)
AND ($4::date IS NULL OR duty.due_on <= $4)
AND ($5::text IS NULL OR split_part(duty.id, '/', 2) = $5)
ORDER BY duty.key LIMIT $2;

-- name: duplicates
-- Two tenders that may be one from two sources (edge rule 5): the same Upphandlings-ID, else the same procedure (BT-04), else the
-- same buyer, title and deadline. A person links them, or lets them be. $1 text cursor · $2 int limit.
WITH pair AS (
    SELECT
        one.key || '#' || other.tender_id AS key, one.tender_id, one.title_sv, one.source,
        other.tender_id AS other_tender_id, other.title_sv AS other_title_sv, other.source AS other_source,
        CASE
            WHEN one.upphandlings_id = other.upphandlings_id THEN 'upphandlings-id'
            WHEN one.procedure_id = other.procedure_id THEN 'bt-04'
            WHEN lower(one.title_sv) = lower(other.title_sv) AND one.closes_on IS NOT DISTINCT FROM other.closes_on
                AND EXISTS (SELECT 1 FROM jsonb_array_elements_text(one.buyers) AS buyer WHERE other.buyers ? buyer.value)
            THEN 'buyer-title-deadline'
        END AS matched_by
    FROM tender AS one JOIN tender AS other ON one.key < other.key
    WHERE (one.own OR other.own) AND one.phase <> 'cancelled' AND other.phase <> 'cancelled'
    AND one.duplicate_of IS NULL AND other.duplicate_of IS NULL
    AND (one.upphandlings_id = other.upphandlings_id OR one.procedure_id = other.procedure_id
        OR lower(one.title_sv) = lower(other.title_sv))
)
SELECT * FROM pair WHERE key > $1 AND matched_by IS NOT NULL ORDER BY key LIMIT $2;

-- name: none_suitable
-- Own public tenders that suit no enterprise, for an officer to look at each week and sign. Sealed: assessments are named.
-- $1 text cursor · $2 int limit · $3 date public from · $4 date public until.
WITH told AS (
    SELECT
        tender.key, tender.tender_id, tender.title_sv, tender.title_en, tender.board AS buying_board, tender.phase,
        (coalesce(tender.published_at, tender.public_since) AT TIME ZONE 'Europe/Stockholm')::date AS public_on,
        tender.closes_on, count(outreach.key) AS assessed,
        coalesce(jsonb_agg(outreach.assessment_id ORDER BY outreach.key) FILTER (WHERE outreach.key IS NOT NULL), '[]')
            AS assessment_ids
    FROM tender LEFT JOIN outreach ON outreach.tender_id = tender.tender_id
    WHERE tender.key > $1 AND tender.own AND tender.phase <> 'cancelled' AND tender.duplicate_of IS NULL
    AND tender.none_suitable_on IS NULL AND coalesce(tender.published_at, tender.public_since) IS NOT NULL
    GROUP BY tender.key
    HAVING count(outreach.key) FILTER (WHERE outreach.verdict <> 'not-suitable') = 0
)
SELECT * FROM told
WHERE ($3::date IS NULL OR public_on >= $3) AND ($4::date IS NULL OR public_on <= $4)
ORDER BY key LIMIT $2;
