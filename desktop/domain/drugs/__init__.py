"""Drug data and what it is asked: substances, checks of an ordonnance, the line that a prescriber types."""
