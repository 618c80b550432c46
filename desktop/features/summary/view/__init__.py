"""The screens of the patient summary: frozen models in, past-tense signals out."""
