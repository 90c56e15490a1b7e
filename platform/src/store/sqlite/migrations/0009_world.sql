-- Whose store this is: one row.
CREATE TABLE world (
    place   INTEGER PRIMARY KEY NOT NULL CHECK (place = 1),
    did     TEXT NOT NULL,
    -- SHA-256 of the first entry in the history of its keys. Whoever has another is not this world.
    founded BLOB NOT NULL
) STRICT;
