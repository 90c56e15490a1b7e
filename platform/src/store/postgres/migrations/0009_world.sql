-- Whose store this is; described in sqlite/migrations.
CREATE TABLE world (
    place   BIGINT PRIMARY KEY CHECK (place = 1),
    did     TEXT NOT NULL,
    founded BYTEA NOT NULL
);
