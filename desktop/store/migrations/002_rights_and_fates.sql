-- Until when the holder's right to each patient runs, as far as is known here: what came under a mandate is
-- kept only with one (CF-066). What was kept without an end has the 30 days that contents always had.
CREATE TABLE rights (
    patient_id TEXT PRIMARY KEY,
    until TEXT NOT NULL
) WITHOUT ROWID;
INSERT INTO rights
    SELECT id, coalesce(until, strftime('%Y-%m-%dT%H:%M:%S.000000Z', last_opening, '+30 days')) FROM patients;
CREATE INDEX rights_by_end ON rights (until);
ALTER TABLE patients DROP COLUMN until;

-- Lists that were written when the program was cut before it noted the right: they had no end.
DELETE FROM texts WHERE rowid IN (
    SELECT seq FROM documents WHERE listed AND patient_id NOT IN (SELECT patient_id FROM rights)
    AND id NOT IN (SELECT document_id FROM bodies)
);
DELETE FROM documents WHERE listed AND patient_id NOT IN (SELECT patient_id FROM rights)
    AND id NOT IN (SELECT document_id FROM bodies);
UPDATE documents SET listed = 0 WHERE listed AND patient_id NOT IN (SELECT patient_id FROM rights);
DELETE FROM episodes WHERE patient_id NOT IN (SELECT patient_id FROM rights);

-- All tables and what becomes of them, those of features that are no longer there too. owner '' = the kernel.
CREATE TABLE table_fates (
    name TEXT PRIMARY KEY,
    owner TEXT NOT NULL,
    fate TEXT NOT NULL,
    patient_column TEXT,
    follows TEXT
) WITHOUT ROWID;

CREATE TABLE feature_schemas (
    name TEXT PRIMARY KEY,
    version INTEGER NOT NULL
) WITHOUT ROWID;
