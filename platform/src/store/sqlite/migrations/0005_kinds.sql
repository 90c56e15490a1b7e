-- A trust list is asked for by its policy, a status list by those whose credentials name it.
ALTER TABLE seen_lists ADD COLUMN kind TEXT NOT NULL DEFAULT 'status'
    CHECK (kind IN ('status', 'trust'));
