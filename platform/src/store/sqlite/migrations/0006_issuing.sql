-- An offer names configurations of which a wallet takes any, separated by spaces. Those that stand open
-- had one.
ALTER TABLE offers ADD COLUMN configurations TEXT NOT NULL DEFAULT '';
UPDATE offers SET configurations = configuration;
-- `code` is of the pre-authorized code, or of `issuer_state` where somebody has to log in first.
ALTER TABLE offers ADD COLUMN flow TEXT NOT NULL DEFAULT 'pre-authorized_code';
-- The second code: of which characters it is, what is left of it under the first code, which does not
-- stand here, and how often one was tried.
ALTER TABLE offers ADD COLUMN tx_mode TEXT;
ALTER TABLE offers ADD COLUMN tx_code BLOB;
ALTER TABLE offers ADD COLUMN tx_tries INTEGER NOT NULL DEFAULT 0;

-- Whether one of the world's people has approved it; NULL when nobody has to.
ALTER TABLE grants ADD COLUMN approval TEXT
    CHECK (approval IN ('pending', 'approved', 'denied'));

-- What a token permits of its offer, NULL for all of it, and how that is named.
ALTER TABLE tokens ADD COLUMN configurations TEXT;
ALTER TABLE tokens ADD COLUMN naming TEXT NOT NULL DEFAULT 'configuration'
    CHECK (naming IN ('configuration', 'identifier'));

-- Refresh tokens: one line an offer. The one before the newest is good until the newest was used.
CREATE TABLE refills (
    offer      BLOB PRIMARY KEY NOT NULL REFERENCES offers (offer),
    newest     BLOB NOT NULL UNIQUE,
    before     BLOB UNIQUE,
    -- The access token of the last batch, and when that batch was given.
    token      BLOB NOT NULL REFERENCES tokens (token),
    batch_at   INTEGER NOT NULL,
    expires_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX refills_by_token ON refills (token);

-- Batches that wait for approval. The holders are sealed under the transaction id, of which only the
-- digest stands here.
CREATE TABLE deferrals (
    deferral      BLOB PRIMARY KEY NOT NULL,
    token         BLOB NOT NULL REFERENCES tokens (token),
    configuration TEXT NOT NULL,
    holders       BLOB NOT NULL,
    copies        INTEGER NOT NULL CHECK (copies > 0),
    expires_at    INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX deferrals_by_token ON deferrals (token);

-- Logins that are under way. What was asked is sealed under the ticket, of which only the digest stands
-- here; of client, address and verifier likewise.
CREATE TABLE authorizations (
    request        BLOB PRIMARY KEY NOT NULL,
    ticket         BLOB NOT NULL UNIQUE,
    code           BLOB UNIQUE,
    state          TEXT NOT NULL DEFAULT 'pushed'
        CHECK (state IN ('pushed', 'shown', 'granted', 'refused', 'redeemed')),
    client         BLOB NOT NULL,
    redirect       BLOB NOT NULL,
    challenge      BLOB NOT NULL,
    asked          BLOB NOT NULL,
    -- From which the wallet came; later what is granted.
    offer          BLOB,
    configurations TEXT,
    naming         TEXT NOT NULL CHECK (naming IN ('configuration', 'identifier')),
    expires_at     INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX authorizations_by_offer ON authorizations (offer);
