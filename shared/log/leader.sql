-- name: lease
-- The server ends this session, and with it the lead, when it has heard nothing for so long: a frozen process keeps its
-- connection open, and would lead for ever. $1 text milliseconds.
SELECT set_config('idle_session_timeout', $1, false);

-- name: try_lead
-- Held until the session ends; one a database. The number is "leader" after the append lock's.
SELECT pg_try_advisory_lock(7882818533520108386);

-- name: beat
SELECT true;
