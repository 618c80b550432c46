CREATE INDEX toy_notes_of_patient ON toy_notes (patient);
