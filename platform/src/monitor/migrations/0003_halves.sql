-- Of each leaf that is half of a swap: where its other half has to be, and after which leaf.
CREATE TABLE halves (
    item BLOB NOT NULL, seq INTEGER NOT NULL,
    other BLOB NOT NULL, other_seq INTEGER NOT NULL, other_previous BLOB NOT NULL,
    PRIMARY KEY (item, seq)
) STRICT;
CREATE INDEX halves_other ON halves (other, other_seq);
CREATE INDEX halves_previous ON halves (other_previous);
