"""The program's own validation of a document: base R4, and IPS upon it."""
