-- name: table
CREATE TABLE duty (
    key text PRIMARY KEY,
    id text NOT NULL,
    base text NOT NULL,
    clause text NOT NULL,
    kind text NOT NULL,
    modality text NOT NULL,
    owed_by text NOT NULL,
    owed_by_unit text NOT NULL,
    object_id text NOT NULL,
    ordinal integer,
    trigger_event_id text NOT NULL,
    trigger_on date NOT NULL,
    interpretation_id text NOT NULL,
    due_on date,
    hard_due_on date,
    arose_event_id text NOT NULL,
    arose_recorded_on date NOT NULL,
    steps jsonb NOT NULL,
    "end" text,
    ended_on date,
    ended_recorded_on date,
    acted_on date,
    acted_recorded_on date,
    void_reason text,
    evidence jsonb NOT NULL,
    evidence_dnr text,
    next_on date,
    next_step text,
    follows_on date
);
-- steps_due: the clock's candidates
CREATE INDEX duty_next ON duty (next_on) WHERE next_on IS NOT NULL;
-- follows_due: recurring duties whose next one arises
CREATE INDEX duty_follows ON duty (follows_on) WHERE follows_on IS NOT NULL;
-- page, of_object: an object's duties
CREATE INDEX duty_object ON duty (object_id);

-- page: what a unit ever had to do
CREATE INDEX duty_unit ON duty (owed_by_unit, key);
-- page, calendar: what a unit has to do, however many of its duties have ended
CREATE INDEX duty_open ON duty (owed_by_unit, key) WHERE "end" IS NULL;

-- name: steps_due
-- The open duties with a boundary up to a day, the earliest first; a step that was tried and gave nothing is not tried again.
-- $1 date up to · $2 int at most.
SELECT id, object_id, due_on, next_on AS "on", next_step AS step FROM duty
WHERE next_on <= $1
AND NOT EXISTS (SELECT FROM claim WHERE claim.key = 'command:tick/' || id || '/' || next_step || '/' || due_on)
ORDER BY next_on, id LIMIT $2;

-- name: follows_due
-- The duties whose next of a kind arises up to a day, the earliest first. $1 date up to · $2 int at most.
SELECT id, object_id, due_on, follows_on AS "on", 'next' AS step FROM duty
WHERE follows_on <= $1
AND NOT EXISTS (SELECT FROM claim WHERE claim.key = 'command:tick/' || id || '/next/' || due_on)
ORDER BY follows_on, id LIMIT $2;

-- name: counts
-- Open and overdue duties by clause, for the metrics.
SELECT clause, count(*) FILTER (WHERE "end" IS NULL) AS open,
    count(*) FILTER (WHERE "end" IS NULL AND steps ? 'overdue') AS overdue
FROM duty GROUP BY clause ORDER BY clause;

-- name: page
-- $1 text cursor · $2 int limit · $3 text clause · $4 text kind · $5 text object · $6 date due up to · $7 bool open only ·
-- $8 text unit · $9 bool open and recorded as overdue.
SELECT * FROM duty
WHERE key > $1
AND ($3::text IS NULL OR clause = $3)
AND ($4::text IS NULL OR kind = $4)
AND ($5::text IS NULL OR object_id = $5)
AND ($6::date IS NULL OR due_on <= $6)
AND ($7::bool IS NULL OR ("end" IS NULL) = $7)
AND ($8::text IS NULL OR owed_by_unit = $8)
AND ($9::bool IS NULL OR ("end" IS NULL AND steps ? 'overdue') = $9)
ORDER BY key LIMIT $2;

-- name: one
-- $1 text key.
SELECT * FROM duty WHERE key = $1;

-- name: calendar
-- The open duties that have a day. $1 text unit; NULL for all.
SELECT id, clause, kind, object_id, owed_by, owed_by_unit, due_on, trigger_on, interpretation_id, arose_recorded_on FROM duty
WHERE "end" IS NULL AND due_on IS NOT NULL AND ($1::text IS NULL OR owed_by_unit = $1)
ORDER BY due_on, id;
