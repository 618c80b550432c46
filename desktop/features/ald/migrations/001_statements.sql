-- What the user is writing; sending: when it was handed out, '' = never, or the platform said no.
CREATE TABLE ald_drafts (
    identifier TEXT PRIMARY KEY,
    patient TEXT NOT NULL,
    name TEXT NOT NULL,
    born TEXT NOT NULL,
    first TEXT NOT NULL,
    last TEXT NOT NULL,
    items TEXT NOT NULL,
    saved TEXT NOT NULL,
    sending TEXT NOT NULL
);
-- What the platform has; number, received, accepted and returned as it told last.
CREATE TABLE ald_sent (
    identifier TEXT PRIMARY KEY,
    patient TEXT NOT NULL,
    name TEXT NOT NULL,
    born TEXT NOT NULL,
    first TEXT NOT NULL,
    last TEXT NOT NULL,
    items TEXT NOT NULL,
    state TEXT NOT NULL,
    sent TEXT NOT NULL,
    number TEXT NOT NULL,
    received TEXT NOT NULL,
    accepted TEXT NOT NULL,
    returned TEXT NOT NULL
);
