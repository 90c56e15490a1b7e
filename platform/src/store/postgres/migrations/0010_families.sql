-- To whom tokens were given, and refresh tokens that were replaced; described in sqlite/migrations.
ALTER TABLE tokens ADD COLUMN client BYTEA;

CREATE TABLE replaced (
    refresh    BYTEA PRIMARY KEY,
    offer      BYTEA NOT NULL,
    expires_at BIGINT NOT NULL
);
CREATE INDEX replaced_by_offer ON replaced (offer);
CREATE INDEX replaced_by_end ON replaced (expires_at);
