-- The item ledger; described in sqlite/migrations.
CREATE TABLE items (
    item_tag  BYTEA PRIMARY KEY,
    class     TEXT NOT NULL,
    serial    BIGINT NOT NULL,
    template  TEXT NOT NULL,
    terms     TEXT NOT NULL,
    minted_at BIGINT NOT NULL,
    UNIQUE (class, serial)
);

CREATE TABLE item_heads (
    item_tag BYTEA PRIMARY KEY,
    seq      BIGINT NOT NULL CHECK (seq >= 0),
    hash     BYTEA NOT NULL
) WITH (fillfactor = 70);

CREATE TABLE item_leaves (
    item_tag BYTEA NOT NULL,
    seq      BIGINT NOT NULL CHECK (seq >= 0),
    leaf     BYTEA NOT NULL,
    PRIMARY KEY (item_tag, seq)
);

CREATE TABLE item_waiting (
    number   BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    item_tag BYTEA NOT NULL,
    seq      BIGINT NOT NULL,
    hash     BYTEA NOT NULL
);

CREATE TABLE item_log (
    log_index BIGINT PRIMARY KEY CHECK (log_index >= 0),
    item_tag  BYTEA NOT NULL,
    seq       BIGINT NOT NULL,
    UNIQUE (item_tag, seq)
);

CREATE TABLE log_tiles (
    level  BIGINT NOT NULL,
    place  BIGINT NOT NULL,
    hashes BYTEA NOT NULL,
    PRIMARY KEY (level, place)
);

CREATE TABLE log_checkpoints (
    size      BIGINT PRIMARY KEY CHECK (size >= 0),
    root      BYTEA NOT NULL,
    note      TEXT NOT NULL,
    signed_at BIGINT NOT NULL,
    cosigned  TEXT
);

CREATE TABLE item_grants (
    grant_id TEXT PRIMARY KEY,
    item_tag BYTEA NOT NULL,
    holder   BYTEA NOT NULL
);
CREATE INDEX item_grants_by_item ON item_grants (item_tag);

CREATE TABLE item_answers (
    key        BYTEA PRIMARY KEY,
    request    BYTEA NOT NULL,
    item_tag   BYTEA NOT NULL,
    seq        BIGINT NOT NULL,
    expires_at BIGINT NOT NULL
);
CREATE INDEX item_answers_by_end ON item_answers (expires_at);

CREATE TABLE item_inbox (
    recipient BYTEA NOT NULL,
    item_tag  BYTEA NOT NULL,
    until     BIGINT NOT NULL,
    PRIMARY KEY (recipient, item_tag)
);
CREATE INDEX item_inbox_by_end ON item_inbox (until);
