"""« Historique des activités »: who did what, when, in one record (domain §6; CF-048, CF-061, CF-063)."""
