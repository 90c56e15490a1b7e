-- By which name the world asked: presentations are made for it. None: the world's DID, as before.
ALTER TABLE admissions ADD COLUMN client_id TEXT;
-- The key to which the answer is encrypted, sealed by the world; gone when the answer is there.
ALTER TABLE admissions ADD COLUMN decryption BLOB;
-- SHA-256 of the code that the person's browser brings back; gone when the outcome was told.
ALTER TABLE admissions ADD COLUMN response_code BLOB;
