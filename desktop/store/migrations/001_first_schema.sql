-- What the holder opened, and until when that right runs (CF-066).
CREATE TABLE patients (
    id TEXT PRIMARY KEY,
    last_opening TEXT NOT NULL,
    until TEXT
) WITHOUT ROWID;

CREATE TABLE openings (
    patient_id TEXT NOT NULL,
    day TEXT NOT NULL,
    opened_at TEXT NOT NULL,
    data BLOB NOT NULL,
    PRIMARY KEY (patient_id, day)
) WITHOUT ROWID;
CREATE INDEX openings_of_day ON openings (day, opened_at);

-- listed = part of the patient's current list; 0 = kept for its body only.
CREATE TABLE documents (
    seq INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    patient_id TEXT NOT NULL,
    listed INTEGER NOT NULL,
    created TEXT,
    registered TEXT,
    data BLOB NOT NULL
);
CREATE INDEX documents_of_patient ON documents (patient_id, created);

CREATE TABLE episodes (
    patient_id TEXT NOT NULL,
    position INTEGER NOT NULL,
    data BLOB NOT NULL,
    PRIMARY KEY (patient_id, position)
) WITHOUT ROWID;

-- keep_until NULL = own document.
CREATE TABLE bodies (
    document_id TEXT PRIMARY KEY,
    patient_id TEXT NOT NULL,
    file TEXT NOT NULL,
    key BLOB NOT NULL,
    keep_until TEXT
) WITHOUT ROWID;
CREATE INDEX bodies_of_patient ON bodies (patient_id);
CREATE INDEX bodies_by_end ON bodies (keep_until);

-- rowid = documents.seq
CREATE VIRTUAL TABLE texts USING fts5 (about, content, tokenize = 'unicode61 remove_diacritics 2');
INSERT INTO texts (texts, rank) VALUES ('secure-delete', 1);

CREATE TABLE drafts (
    patient_id TEXT PRIMARY KEY,
    data BLOB NOT NULL,
    file TEXT,
    key BLOB
) WITHOUT ROWID;

CREATE TABLE outbox (
    seq INTEGER PRIMARY KEY,
    unique_id TEXT NOT NULL UNIQUE,
    data BLOB NOT NULL,
    file TEXT,
    key BLOB
);

CREATE TABLE local_reads (
    seq INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    data BLOB NOT NULL
);

CREATE TABLE settings (
    name TEXT PRIMARY KEY,
    value TEXT NOT NULL
) WITHOUT ROWID;
