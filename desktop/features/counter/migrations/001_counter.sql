-- What has left the counter, or may have, until the pharmacist has been told how it ended.
CREATE TABLE counter_delivery (
    id TEXT PRIMARY KEY,
    code TEXT NOT NULL,
    person TEXT NOT NULL,
    at TEXT NOT NULL,
    content BLOB NOT NULL
);
-- An act that a lock or another pharmacist interrupted (CF-014).
CREATE TABLE counter_parked (
    code TEXT PRIMARY KEY,
    at TEXT NOT NULL,
    content BLOB NOT NULL
);
-- What a product number means, as this pharmacy said once.
CREATE TABLE counter_product (
    number TEXT PRIMARY KEY,
    content BLOB NOT NULL
);
