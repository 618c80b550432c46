ALTER TABLE toy_letters ADD COLUMN signed INTEGER NOT NULL DEFAULT 0;
UPDATE toy_letters SET signed = 1 WHERE words LIKE '%signé%';
CREATE INDEX toy_notes_of_patient ON toy_notes (patient);
