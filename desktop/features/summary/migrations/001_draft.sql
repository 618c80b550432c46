-- A summary being written; the newest of a patient is the one that goes on.
CREATE TABLE summary_draft (
    id       TEXT PRIMARY KEY,
    patient  TEXT NOT NULL,
    who      BLOB NOT NULL,
    content  BLOB NOT NULL,
    saved_at TEXT NOT NULL
);
CREATE INDEX summary_draft_patient ON summary_draft (patient, saved_at);
