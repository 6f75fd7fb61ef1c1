-- What came of each inbox's messages: accepted + repeated + refused = received, moved with the position.
CREATE TABLE inbox (
    topic text PRIMARY KEY,
    accepted bigint NOT NULL DEFAULT 0,
    repeated bigint NOT NULL DEFAULT 0,
    refused bigint NOT NULL DEFAULT 0
);
