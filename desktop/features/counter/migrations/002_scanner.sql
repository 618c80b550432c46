-- What the self-test found of this pharmacist's scanner: one row.
CREATE TABLE counter_scanner (
    one INTEGER PRIMARY KEY CHECK (one = 1),
    content BLOB NOT NULL
);
