"""The simulated reader for QA: a PIV card behind pcscd's virtual reader, driven by ``reader.json``."""
