-- One table of each fate; notes are findable.
CREATE TABLE toy_notes (id INTEGER PRIMARY KEY, patient TEXT NOT NULL, note TEXT NOT NULL);
CREATE VIRTUAL TABLE toy_words USING fts5 (note);
CREATE TABLE toy_letters (id INTEGER PRIMARY KEY, words TEXT NOT NULL);
CREATE TABLE toy_codes (code TEXT PRIMARY KEY) WITHOUT ROWID;
INSERT INTO toy_codes VALUES ('seeded');
