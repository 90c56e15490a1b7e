-- The item ledger. Tags, hashes, commitments and steps are 32 bytes; leaves are canonical JSON.
-- An item and what is issued of it; both stay as they are.
CREATE TABLE items (
    item_tag BLOB PRIMARY KEY NOT NULL,
    class    TEXT NOT NULL,
    serial   INTEGER NOT NULL,
    -- As in offers.
    template TEXT NOT NULL,
    -- In clear, what the terms digest of every leaf is of.
    terms     TEXT NOT NULL,
    minted_at INTEGER NOT NULL,
    UNIQUE (class, serial)
) STRICT, WITHOUT ROWID;

-- The newest leaf of each item. Moved only from the one on which a step was judged.
CREATE TABLE item_heads (
    item_tag BLOB PRIMARY KEY NOT NULL,
    seq      INTEGER NOT NULL CHECK (seq >= 0),
    hash     BLOB NOT NULL
) STRICT, WITHOUT ROWID;

-- Every leaf, as it was signed. One at each place of a chain, for ever.
CREATE TABLE item_leaves (
    item_tag BLOB NOT NULL,
    seq      INTEGER NOT NULL CHECK (seq >= 0),
    leaf     BLOB NOT NULL,
    PRIMARY KEY (item_tag, seq)
) STRICT;

-- Leaves that the log has not taken in yet, in the order in which they came.
CREATE TABLE item_waiting (
    number   INTEGER PRIMARY KEY AUTOINCREMENT,
    item_tag BLOB NOT NULL,
    seq      INTEGER NOT NULL,
    hash     BLOB NOT NULL
) STRICT;

-- The log: which leaf is which entry.
CREATE TABLE item_log (
    log_index INTEGER PRIMARY KEY NOT NULL CHECK (log_index >= 0),
    item_tag  BLOB NOT NULL,
    seq       INTEGER NOT NULL,
    UNIQUE (item_tag, seq)
) STRICT;

-- Tiles of hashes; the last of each level grows to 256 hashes of 32 bytes.
CREATE TABLE log_tiles (
    level  INTEGER NOT NULL,
    place  INTEGER NOT NULL,
    hashes BLOB NOT NULL,
    PRIMARY KEY (level, place)
) STRICT, WITHOUT ROWID;

-- Every checkpoint that was signed. `cosigned` has the lines of witnesses; NULL before they were asked,
-- and until then nobody is shown it.
CREATE TABLE log_checkpoints (
    size      INTEGER PRIMARY KEY NOT NULL CHECK (size >= 0),
    root      BLOB NOT NULL,
    note      TEXT NOT NULL,
    signed_at INTEGER NOT NULL,
    cosigned  TEXT
) STRICT;

-- For which item, and for which of its holders, a grant is.
CREATE TABLE item_grants (
    grant_id TEXT PRIMARY KEY NOT NULL,
    item_tag BLOB NOT NULL,
    holder   BLOB NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX item_grants_by_item ON item_grants (item_tag);

-- What was done under an idempotency key, of which the digest stands here, as of the body.
CREATE TABLE item_answers (
    key        BLOB PRIMARY KEY NOT NULL,
    request    BLOB NOT NULL,
    item_tag   BLOB NOT NULL,
    seq        INTEGER NOT NULL,
    expires_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX item_answers_by_end ON item_answers (expires_at);

-- To which addresses something was offered. Whether it still is, the head says.
CREATE TABLE item_inbox (
    recipient BLOB NOT NULL,
    item_tag  BLOB NOT NULL,
    until     INTEGER NOT NULL,
    PRIMARY KEY (recipient, item_tag)
) STRICT, WITHOUT ROWID;
CREATE INDEX item_inbox_by_end ON item_inbox (until);
