"""The biennial ALD statement of the médecin référent: form, draft, sending, receipt (domain §7.2, §B)."""
