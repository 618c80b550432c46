-- What was signed, until it is published and told: content = the two deposits, failure = the code of the last one.
CREATE TABLE summary_publication (
    id         TEXT PRIMARY KEY,
    patient    TEXT NOT NULL,
    step       TEXT NOT NULL,
    content    BLOB NOT NULL,
    pdf        BLOB NOT NULL,
    bundle     BLOB NOT NULL,
    failure    TEXT NOT NULL,
    changed_at TEXT NOT NULL
);
