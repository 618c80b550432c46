"""The patient summary as a document of FHIR R4 or CDA: written, read, checked; pure functions."""
