"""The declaration of a médecin référent for one patient: its days, its state, notice of it (domain §7.1)."""
