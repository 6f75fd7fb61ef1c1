-- The Merkle tree of each log, as far as its leader has signed it: only what Kafka has acknowledged, so that a restore of this
-- database brings back all that was ever signed. `frontier` are the complete subtrees, largest first (shared/tlog/merkle.py);
-- `checkpoint` is the signed note of exactly `size` entries, NULL before the first; `verifier_keys`
-- are the public keys that it is signed with, for whoever exports the log and signs nothing.
CREATE TABLE tree (
    log text PRIMARY KEY,
    size bigint NOT NULL DEFAULT 0,
    frontier bytea[] NOT NULL DEFAULT '{}',
    checkpoint bytea,
    verifier_keys text[] NOT NULL DEFAULT '{}'
);
