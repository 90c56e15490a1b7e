-- State from before there were versions has these already.
CREATE TABLE IF NOT EXISTS log (
    one INTEGER PRIMARY KEY CHECK (one = 1), ledger TEXT NOT NULL, size INTEGER NOT NULL
) STRICT;
CREATE TABLE IF NOT EXISTS tiles (
    level INTEGER NOT NULL, place INTEGER NOT NULL, hashes BLOB NOT NULL,
    PRIMARY KEY (level, place)
) STRICT;
CREATE TABLE IF NOT EXISTS checkpoints (
    size INTEGER PRIMARY KEY, root BLOB NOT NULL, note TEXT NOT NULL,
    checked INTEGER NOT NULL DEFAULT 0
) STRICT;
-- `place` is where the log has it, `shown` when a head document had it.
CREATE TABLE IF NOT EXISTS leaves (
    item BLOB NOT NULL, seq INTEGER NOT NULL, previous BLOB, place INTEGER, shown INTEGER,
    entry BLOB NOT NULL, PRIMARY KEY (item, seq)
) STRICT;
CREATE INDEX IF NOT EXISTS leaves_previous ON leaves (previous) WHERE previous IS NOT NULL;
CREATE INDEX IF NOT EXISTS leaves_shown ON leaves (shown) WHERE place IS NULL;
