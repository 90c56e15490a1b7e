-- The tables of version 7, all at once; the numbers go on as in sqlite/migrations, where each table and
-- column is described. Codes, tokens and links stand here as SHA-256 only. Times are seconds since 1970.
-- `rowid` is what SQLite has by itself: the order in which rows came.
CREATE TABLE grants (
    id            TEXT PRIMARY KEY,
    rowid         BIGINT GENERATED ALWAYS AS IDENTITY,
    configuration TEXT NOT NULL,
    offered_at    BIGINT NOT NULL,
    copies        BIGINT NOT NULL DEFAULT 0,
    valid_until   BIGINT,
    status        TEXT NOT NULL DEFAULT 'active',
    changed_at    BIGINT,
    approval      TEXT CHECK (approval IN ('pending', 'approved', 'denied'))
);
CREATE INDEX grants_by_time ON grants (offered_at);

CREATE TABLE offers (
    offer          BYTEA PRIMARY KEY,
    code           BYTEA NOT NULL UNIQUE,
    configuration  TEXT NOT NULL,
    template       TEXT NOT NULL,
    copies         BIGINT NOT NULL CHECK (copies > 0),
    expires_at     BIGINT NOT NULL,
    redeemed_at    BIGINT,
    grant_id       TEXT,
    configurations TEXT NOT NULL DEFAULT '',
    flow           TEXT NOT NULL DEFAULT 'pre-authorized_code',
    tx_mode        TEXT,
    tx_code        BYTEA,
    tx_tries       BIGINT NOT NULL DEFAULT 0
);
CREATE INDEX offers_by_grant ON offers (grant_id);
CREATE INDEX offers_by_end ON offers (expires_at);

CREATE TABLE tokens (
    token          BYTEA PRIMARY KEY,
    offer          BYTEA NOT NULL REFERENCES offers (offer),
    copies         BIGINT NOT NULL CHECK (copies >= 0),
    expires_at     BIGINT NOT NULL,
    configurations TEXT,
    naming         TEXT NOT NULL DEFAULT 'configuration'
        CHECK (naming IN ('configuration', 'identifier'))
);
CREATE INDEX tokens_by_offer ON tokens (offer);
CREATE INDEX tokens_by_end ON tokens (expires_at);

CREATE TABLE notifications (
    notification BYTEA PRIMARY KEY,
    token        BYTEA NOT NULL REFERENCES tokens (token),
    event        TEXT
);
CREATE INDEX notifications_by_token ON notifications (token);

CREATE TABLE spent_nonces (
    nonce      BYTEA PRIMARY KEY,
    expires_at BIGINT NOT NULL
);
CREATE INDEX spent_nonces_by_end ON spent_nonces (expires_at);

CREATE TABLE admissions (
    id            TEXT PRIMARY KEY,
    request       BYTEA NOT NULL UNIQUE,
    response      BYTEA NOT NULL UNIQUE,
    poll          BYTEA NOT NULL UNIQUE,
    asked         TEXT NOT NULL,
    created_at    BIGINT NOT NULL,
    expires_at    BIGINT NOT NULL,
    state         TEXT NOT NULL,
    closed_at     BIGINT,
    result        BYTEA,
    client_id     TEXT,
    decryption    BYTEA,
    response_code BYTEA
);
CREATE INDEX admissions_by_end ON admissions (expires_at);

CREATE TABLE decisions (
    id         TEXT PRIMARY KEY,
    rowid      BIGINT GENERATED ALWAYS AS IDENTITY,
    admission  TEXT,
    kind       TEXT NOT NULL,
    decided_at BIGINT NOT NULL,
    input      BYTEA NOT NULL,
    verdict    TEXT NOT NULL,
    reasons    TEXT NOT NULL,
    outcome    TEXT NOT NULL,
    receipt    BYTEA
);
CREATE INDEX decisions_by_time ON decisions (decided_at);
CREATE INDEX decisions_by_admission ON decisions (admission);

CREATE TABLE purges (
    number    BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    purged_at BIGINT NOT NULL,
    before    BIGINT NOT NULL,
    removed   BIGINT NOT NULL,
    oldest    BIGINT,
    newest    BIGINT
);

CREATE TABLE status_shelves (
    number             BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    revocation         TEXT NOT NULL UNIQUE,
    suspension         TEXT NOT NULL UNIQUE,
    taken              BIGINT NOT NULL CHECK (taken >= 0),
    revocation_changed BIGINT NOT NULL,
    suspension_changed BIGINT NOT NULL
);

CREATE TABLE status_places (
    shelf     BIGINT NOT NULL REFERENCES status_shelves (number),
    place     BIGINT NOT NULL CHECK (place >= 0),
    grant_id  TEXT,
    revoked   BIGINT NOT NULL DEFAULT 0,
    suspended BIGINT NOT NULL DEFAULT 0,
    PRIMARY KEY (shelf, place)
);
CREATE INDEX status_places_by_grant ON status_places (grant_id);
CREATE INDEX status_places_revoked ON status_places (shelf, place) WHERE revoked = 1;
CREATE INDEX status_places_suspended ON status_places (shelf, place) WHERE suspended = 1;

CREATE TABLE seen_lists (
    url     TEXT NOT NULL,
    issuer  TEXT NOT NULL,
    newest  BIGINT NOT NULL,
    seen_at BIGINT NOT NULL,
    kind    TEXT NOT NULL DEFAULT 'status' CHECK (kind IN ('status', 'trust')),
    PRIMARY KEY (url, issuer)
);

CREATE TABLE seen_histories (
    did     TEXT PRIMARY KEY,
    number  BIGINT NOT NULL CHECK (number > 0),
    digest  BYTEA NOT NULL,
    keys    TEXT NOT NULL,
    seen_at BIGINT NOT NULL
);

CREATE TABLE refills (
    offer      BYTEA PRIMARY KEY REFERENCES offers (offer),
    newest     BYTEA NOT NULL UNIQUE,
    before     BYTEA UNIQUE,
    token      BYTEA NOT NULL REFERENCES tokens (token),
    batch_at   BIGINT NOT NULL,
    expires_at BIGINT NOT NULL
);
CREATE INDEX refills_by_token ON refills (token);

CREATE TABLE deferrals (
    deferral      BYTEA PRIMARY KEY,
    token         BYTEA NOT NULL REFERENCES tokens (token),
    configuration TEXT NOT NULL,
    holders       BYTEA NOT NULL,
    copies        BIGINT NOT NULL CHECK (copies > 0),
    expires_at    BIGINT NOT NULL
);
CREATE INDEX deferrals_by_token ON deferrals (token);

CREATE TABLE authorizations (
    request        BYTEA PRIMARY KEY,
    ticket         BYTEA NOT NULL UNIQUE,
    code           BYTEA UNIQUE,
    state          TEXT NOT NULL DEFAULT 'pushed'
        CHECK (state IN ('pushed', 'shown', 'granted', 'refused', 'redeemed')),
    client         BYTEA NOT NULL,
    redirect       BYTEA NOT NULL,
    challenge      BYTEA NOT NULL,
    asked          BYTEA NOT NULL,
    offer          BYTEA,
    configurations TEXT,
    naming         TEXT NOT NULL CHECK (naming IN ('configuration', 'identifier')),
    expires_at     BIGINT NOT NULL
);
CREATE INDEX authorizations_by_offer ON authorizations (offer);
CREATE INDEX authorizations_by_end ON authorizations (expires_at);
