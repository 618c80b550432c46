CREATE TABLE toy_notes (patient TEXT NOT NULL, words TEXT NOT NULL);
CREATE TABLE toy_drafts (words TEXT NOT NULL);
