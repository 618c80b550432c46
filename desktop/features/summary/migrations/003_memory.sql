-- What was refused of a patient's documents, and carried on unseen: goes with the right to his record.
CREATE TABLE summary_memory (
    patient TEXT PRIMARY KEY,
    content BLOB NOT NULL
);
