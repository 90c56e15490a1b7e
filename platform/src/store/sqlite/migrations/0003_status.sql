-- What came of one offer: by it all copies are suspended or revoked together. No claims, no holders.
CREATE TABLE grants (
    id            TEXT PRIMARY KEY NOT NULL,
    configuration TEXT NOT NULL,
    offered_at    INTEGER NOT NULL,
    -- How many copies were issued, and when the last of them runs out.
    copies        INTEGER NOT NULL DEFAULT 0,
    valid_until   INTEGER,
    status        TEXT NOT NULL DEFAULT 'active',
    changed_at    INTEGER
) STRICT;
CREATE INDEX grants_by_time ON grants (offered_at);

-- Offers that stand open already.
ALTER TABLE offers ADD COLUMN grant_id TEXT;
UPDATE offers SET grant_id = lower(hex(randomblob(16)));
INSERT INTO grants (id, configuration, offered_at)
    SELECT grant_id, configuration, CAST(strftime('%s', 'now') AS INTEGER) FROM offers;
CREATE INDEX offers_by_grant ON offers (grant_id);

-- A shelf: a list of revocations and a list of suspensions with the same places. Names are random, so
-- that a world that lost its store does not serve new lists where old credentials look.
CREATE TABLE status_shelves (
    number     INTEGER PRIMARY KEY AUTOINCREMENT,
    revocation TEXT NOT NULL UNIQUE,
    suspension TEXT NOT NULL UNIQUE,
    taken      INTEGER NOT NULL CHECK (taken >= 0),
    -- When each list changed, in microseconds: it grows with every change, whatever the clock says.
    revocation_changed INTEGER NOT NULL,
    suspension_changed INTEGER NOT NULL
) STRICT;

-- A place that was given away stays given away, also when the grant is forgotten and when nothing
-- was ever signed for it.
CREATE TABLE status_places (
    shelf     INTEGER NOT NULL REFERENCES status_shelves (number),
    place     INTEGER NOT NULL CHECK (place >= 0),
    grant_id  TEXT,
    revoked   INTEGER NOT NULL DEFAULT 0,
    suspended INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (shelf, place)
) STRICT, WITHOUT ROWID;
CREATE INDEX status_places_by_grant ON status_places (grant_id);
CREATE INDEX status_places_revoked ON status_places (shelf, place) WHERE revoked = 1;
CREATE INDEX status_places_suspended ON status_places (shelf, place) WHERE suspended = 1;

-- The newest date that was seen of each list of others: an older one is a replay.
CREATE TABLE seen_lists (
    url     TEXT NOT NULL,
    issuer  TEXT NOT NULL,
    -- In microseconds.
    newest  INTEGER NOT NULL,
    seen_at INTEGER NOT NULL,
    PRIMARY KEY (url, issuer)
) STRICT, WITHOUT ROWID;
