-- The Merkle tree of each log, as far as its leader has signed it: only what Kafka has acknowledged, so that a restore of this
-- database brings back all that was ever signed. `checkpoint` is the signed note of exactly `size` entries, NULL before the first;
-- `verifier_keys` are the public keys that it is signed with, for whoever exports the log and signs nothing.
CREATE TABLE tree (
    log text PRIMARY KEY,
    size bigint NOT NULL DEFAULT 0,
    checkpoint bytea,
    verifier_keys text[] NOT NULL DEFAULT '{}'
);

-- Its hashes as C2SP tiles (shared/tlog/tiles.py). The last one of a level grows until it has 256 hashes.
CREATE TABLE tile (
    log text NOT NULL,
    level smallint NOT NULL,
    number bigint NOT NULL,
    hashes bytea NOT NULL,
    PRIMARY KEY (log, level, number)
);
