-- The keys of persons, in a cluster of their own. `ref` is the name that stands in events: '<purpose>/<random reference>'.

-- `material` is wrapped by the epoch's secret; NULL once it is destroyed. The row stays, so that a key is never made anew under a
-- name whose ciphertexts are meant to be unreadable. `person_ref` ties the keys of one person together and goes with the key.
CREATE TABLE key (
    ref text PRIMARY KEY,
    purpose text NOT NULL,
    person_ref text,
    epoch text NOT NULL,
    material bytea,
    created_at timestamptz NOT NULL DEFAULT now(),
    destroyed_at timestamptz,
    CHECK (ref LIKE purpose || '/%'),
    CHECK ((material IS NULL) = (destroyed_at IS NOT NULL)),
    CHECK (destroyed_at IS NULL OR person_ref IS NULL)
);
-- erasure: all keys of a person
CREATE INDEX key_person ON key (person_ref) WHERE person_ref IS NOT NULL;

-- Which database role reads, or also writes, the keys of a purpose. The owner's own role is not held by it.
CREATE TABLE permission (
    role name NOT NULL,
    purpose text NOT NULL,
    writes boolean NOT NULL,
    PRIMARY KEY (role, purpose)
);

ALTER TABLE key ENABLE ROW LEVEL SECURITY;
CREATE POLICY reads ON key FOR SELECT USING (
    EXISTS (SELECT 1 FROM permission AS p WHERE p.role = current_user AND p.purpose = key.purpose)
);
CREATE POLICY creates ON key FOR INSERT WITH CHECK (
    EXISTS (SELECT 1 FROM permission AS p WHERE p.role = current_user AND p.purpose = key.purpose AND p.writes)
);
CREATE POLICY destroys ON key FOR UPDATE USING (
    EXISTS (SELECT 1 FROM permission AS p WHERE p.role = current_user AND p.purpose = key.purpose AND p.writes)
);
