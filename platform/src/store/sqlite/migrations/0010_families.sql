-- Under which a wallet's client_id is compared with that of whom a token was given to. None: whoever was
-- given it said none.
ALTER TABLE tokens ADD COLUMN client BLOB;

-- Refresh tokens that were replaced: whoever brings one again when it is none of the last two has a copy.
CREATE TABLE replaced (
    refresh    BLOB PRIMARY KEY NOT NULL,
    offer      BLOB NOT NULL,
    expires_at INTEGER NOT NULL
) STRICT;
CREATE INDEX replaced_by_offer ON replaced (offer);
CREATE INDEX replaced_by_end ON replaced (expires_at);
