-- What convicts the ledger, until it is somewhere else: `told` is 1 then. `id` says what is told, whatever
-- else stands in the file.
CREATE TABLE evidence (
    id BLOB PRIMARY KEY, file TEXT NOT NULL, what TEXT NOT NULL, told INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE INDEX evidence_untold ON evidence (told) WHERE told = 0;
-- `checked` is 0 before a checkpoint was compared with the own tree, 1 when it fits, 2 when it does not.
-- What came with it from somewhere else than the log: one leaf of its tree, and the path to its root.
ALTER TABLE checkpoints ADD COLUMN place INTEGER;
ALTER TABLE checkpoints ADD COLUMN leaf BLOB;
ALTER TABLE checkpoints ADD COLUMN path BLOB;
