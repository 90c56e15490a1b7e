-- Codes, tokens and links stand here as SHA-256 only. Times are seconds since 1970.
CREATE TABLE offers (
    offer         BLOB PRIMARY KEY NOT NULL,
    code          BLOB NOT NULL UNIQUE,
    configuration TEXT NOT NULL,
    template      TEXT NOT NULL,
    copies        INTEGER NOT NULL CHECK (copies > 0),
    expires_at    INTEGER NOT NULL,
    redeemed_at   INTEGER
) STRICT;

CREATE TABLE tokens (
    token      BLOB PRIMARY KEY NOT NULL,
    offer      BLOB NOT NULL REFERENCES offers (offer),
    copies     INTEGER NOT NULL CHECK (copies >= 0),
    expires_at INTEGER NOT NULL
) STRICT;
CREATE INDEX tokens_by_offer ON tokens (offer);

CREATE TABLE notifications (
    notification BLOB PRIMARY KEY NOT NULL,
    token        BLOB NOT NULL REFERENCES tokens (token),
    event        TEXT
) STRICT;
CREATE INDEX notifications_by_token ON notifications (token);

-- Nonces are sealed by the world and not stored; only those that were answered are remembered,
-- until their time is over.
CREATE TABLE spent_nonces (
    nonce      BLOB PRIMARY KEY NOT NULL,
    expires_at INTEGER NOT NULL
) STRICT;

CREATE TABLE admissions (
    id         TEXT PRIMARY KEY NOT NULL,
    request    BLOB NOT NULL UNIQUE,
    response   BLOB NOT NULL UNIQUE,
    poll       BLOB NOT NULL UNIQUE,
    asked      TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    state      TEXT NOT NULL,
    -- In clear in this version only: 0002.
    result     TEXT,
    closed_at  INTEGER
) STRICT;

-- Digests and reason codes: no claims, no DIDs of holders.
CREATE TABLE decisions (
    id         TEXT PRIMARY KEY NOT NULL,
    admission  TEXT,
    kind       TEXT NOT NULL,
    decided_at INTEGER NOT NULL,
    input      BLOB NOT NULL,
    verdict    TEXT NOT NULL,
    reasons    TEXT NOT NULL,
    outcome    TEXT NOT NULL,
    receipt    BLOB
) STRICT;
CREATE INDEX decisions_by_time ON decisions (decided_at);
CREATE INDEX decisions_by_admission ON decisions (admission);

-- What was deleted, and when: the proof that records do not stay longer than was said.
CREATE TABLE purges (
    number        INTEGER PRIMARY KEY AUTOINCREMENT,
    purged_at     INTEGER NOT NULL,
    before        INTEGER NOT NULL,
    removed       INTEGER NOT NULL,
    oldest        INTEGER,
    newest        INTEGER
) STRICT;
