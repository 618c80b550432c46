-- What was opened under a right that still runs: whose record, under which mandate, and when the platform gave it. So it can
-- be read without the platform past the day of its opening, and goes with the right.
CREATE TABLE kept_records (
    patient_id TEXT PRIMARY KEY,
    data BLOB NOT NULL
) WITHOUT ROWID;
INSERT INTO kept_records
    SELECT patient_id, data FROM openings o WHERE patient_id IN (SELECT patient_id FROM rights)
    AND opened_at = (SELECT max(opened_at) FROM openings p WHERE p.patient_id = o.patient_id);

-- A content has no end of its own beside its patient's right: a right that was shortened takes it along.
DELETE FROM bodies WHERE keep_until IS NOT NULL AND patient_id NOT IN (SELECT patient_id FROM rights);
UPDATE bodies SET keep_until = (SELECT until FROM rights WHERE rights.patient_id = bodies.patient_id)
    WHERE keep_until IS NOT NULL;
