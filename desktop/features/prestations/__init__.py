"""The résumés des prestations of the CNS, read by year and kind (domain §7.1, §B)."""
