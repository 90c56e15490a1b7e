-- How far the key history of each issuer had come: one that does not go on from there is another's.
CREATE TABLE seen_histories (
    did     TEXT PRIMARY KEY NOT NULL,
    -- How many entries, and the digest of the last one.
    number  INTEGER NOT NULL CHECK (number > 0),
    digest  BLOB NOT NULL,
    -- The keys that were in use then: Multikey by verification method, as JSON.
    keys    TEXT NOT NULL,
    seen_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
