-- Leaves are numbered in the order in which they came, and the log goes by the number. By tags, which are
-- drawn by chance, each entry of the log touched a page of its own, and the more entries there were the
-- more a new one cost.
CREATE TABLE numbered (
    number   INTEGER PRIMARY KEY NOT NULL,
    item_tag BLOB NOT NULL,
    seq      INTEGER NOT NULL CHECK (seq >= 0),
    leaf     BLOB NOT NULL,
    UNIQUE (item_tag, seq)
) STRICT;
INSERT INTO numbered (number, item_tag, seq, leaf)
SELECT row_number() OVER (ORDER BY item_log.log_index NULLS LAST, item_waiting.number),
    item_leaves.item_tag, item_leaves.seq, item_leaves.leaf
FROM item_leaves
LEFT JOIN item_log ON item_log.item_tag = item_leaves.item_tag AND item_log.seq = item_leaves.seq
LEFT JOIN item_waiting
    ON item_waiting.item_tag = item_leaves.item_tag AND item_waiting.seq = item_leaves.seq;

-- Leaves that the log has not taken in yet.
CREATE TABLE waiting_by_number (
    number INTEGER PRIMARY KEY NOT NULL,
    hash   BLOB NOT NULL
) STRICT;
INSERT INTO waiting_by_number (number, hash)
SELECT numbered.number, item_waiting.hash FROM item_waiting
JOIN numbered ON numbered.item_tag = item_waiting.item_tag AND numbered.seq = item_waiting.seq;

-- The log: which leaf is which entry.
CREATE TABLE log_by_number (
    log_index INTEGER PRIMARY KEY NOT NULL CHECK (log_index >= 0),
    number    INTEGER NOT NULL UNIQUE
) STRICT;
INSERT INTO log_by_number (log_index, number)
SELECT item_log.log_index, numbered.number FROM item_log
JOIN numbered ON numbered.item_tag = item_log.item_tag AND numbered.seq = item_log.seq;

DROP TABLE item_log;
DROP TABLE item_waiting;
DROP TABLE item_leaves;
ALTER TABLE numbered RENAME TO item_leaves;
ALTER TABLE waiting_by_number RENAME TO item_waiting;
ALTER TABLE log_by_number RENAME TO item_log;
