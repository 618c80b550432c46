"""The patient summary (résumé patient): written by the médecin référent, read by every colleague."""
