-- The logs of one service, and what is derived from them. All of a service's logs share one append lock (append.py).

-- One row an event. `bytes` is what was decided, once: the Kafka value, the Merkle leaf, the exported entry.
-- `object` is set for events of duties only: what the duty is about.
CREATE TABLE event (
    log text NOT NULL,
    index bigint NOT NULL,
    subject text NOT NULL,
    version integer NOT NULL,
    object text,
    bytes bytea NOT NULL,
    PRIMARY KEY (log, index)
);
-- open_group, history: a stream's events in order; also holds that versions are unique
CREATE UNIQUE INDEX event_stream ON event (subject, version);
-- open_group: the duties about an object
CREATE INDEX event_object ON event (object, log, index) WHERE object IS NOT NULL;

-- What must be unique across streams: command keys ('command:…'), organisation numbers, notices, reported messages.
-- Derived from the events, so it has no bytes of its own in any log. `log` and `index` are the place of the command's last
-- event, NULL where none came; `digest` tells the same request from another one under the same key.
CREATE TABLE claim (
    key text PRIMARY KEY,
    owner text NOT NULL,
    digest bytea NOT NULL,
    log text,
    index bigint
);

-- Who leads: one row. Nobody appends while `open` is false; a process that has seen a higher epoch appends nothing, because
-- this database was restored to an earlier point.
CREATE TABLE lead (
    one boolean PRIMARY KEY DEFAULT true CHECK (one),
    epoch bigint NOT NULL,
    open boolean NOT NULL
);
INSERT INTO lead (epoch, open) VALUES (0, false);

-- How far the relay has been acknowledged by Kafka; moved by compare-and-set.
CREATE TABLE published (
    log text PRIMARY KEY,
    next_index bigint NOT NULL
);

-- What a follower expects next of a source, and the highest epoch it saw; moved in the transaction of its effects.
-- `react_from`: below it views fold and nothing reacts again (handshake after a restore).
CREATE TABLE position (
    follower text NOT NULL,
    source text NOT NULL,
    next_index bigint NOT NULL,
    epoch bigint NOT NULL,
    react_from bigint NOT NULL DEFAULT 0,
    PRIMARY KEY (follower, source)
);

-- The pair of files that each view's table was made by; another digest means that it is rebuilt. `made` counts how often.
CREATE TABLE view (
    name text PRIMARY KEY,
    digest text NOT NULL,
    made bigint NOT NULL
);

-- The original bytes of refused messages, sealed; gone when they expire. The refusal in the log has their digest.
CREATE TABLE refused_original (
    event_id text PRIMARY KEY,
    sealed bytea NOT NULL,
    expires_on date NOT NULL
);
