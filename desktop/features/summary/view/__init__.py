"""The screen of the summary editor: frozen models in, past-tense signals out."""
