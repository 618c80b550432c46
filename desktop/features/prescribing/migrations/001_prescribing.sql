-- An ordonnance being written; one a patient.
CREATE TABLE prescribing_draft (
    patient  TEXT PRIMARY KEY,
    content  BLOB NOT NULL,
    saved_at TEXT NOT NULL
);
-- What was signed, until it is published and told: content = the two deposits, failure = the code of the last one.
CREATE TABLE prescribing_publication (
    id         TEXT PRIMARY KEY,
    patient    TEXT NOT NULL,
    step       TEXT NOT NULL,
    content    BLOB NOT NULL,
    pdf        BLOB NOT NULL,
    bundle     BLOB NOT NULL,
    failure    TEXT NOT NULL,
    changed_at TEXT NOT NULL,
    document   TEXT NOT NULL DEFAULT ''
);
-- The paper of what was signed: the signed PDF for the first print, the data of a duplicate for the others.
CREATE TABLE prescribing_paper (
    code    TEXT PRIMARY KEY,
    patient TEXT NOT NULL,
    pdf     BLOB NOT NULL,
    content BLOB NOT NULL,
    signed  TEXT NOT NULL,
    printed INTEGER NOT NULL
);
