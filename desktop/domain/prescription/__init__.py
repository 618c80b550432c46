"""What prescriber and counter share of an ordonnance."""
