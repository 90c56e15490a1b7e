-- State from before there were versions has this already.
CREATE TABLE IF NOT EXISTS logs (
    id BLOB PRIMARY KEY, origin TEXT NOT NULL UNIQUE, size INTEGER NOT NULL,
    root BLOB NOT NULL, note TEXT NOT NULL
) STRICT;
