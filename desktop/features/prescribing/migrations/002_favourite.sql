-- A line that the prescriber writes often. No patient stands in it: content is what it is, and its only key.
CREATE TABLE prescribing_favourite (
    content BLOB PRIMARY KEY,
    kept_at TEXT NOT NULL
);
