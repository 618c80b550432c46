-- What the platform last told of each declared patient whose record it opens to us: goes with that right.
CREATE TABLE worklist_line (
    patient TEXT PRIMARY KEY,
    content BLOB NOT NULL
);
-- When it was told, and how many could not be read: one row, and nobody's name.
CREATE TABLE worklist_reading (
    read_at TEXT NOT NULL,
    unread  INTEGER NOT NULL
);
-- How this user wants to see it: its order. Never a filter, a name, a patient.
CREATE TABLE worklist_wish (
    name  TEXT PRIMARY KEY,
    value TEXT NOT NULL
);
