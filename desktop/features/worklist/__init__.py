"""The work list of the médecin référent: declared patients, their clocks, what is due (domain §7.3)."""
