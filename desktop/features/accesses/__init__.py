"""« Mes accès »: what the platform traced of this professional (CF-060, CF-065)."""
