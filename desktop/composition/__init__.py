"""How one run is put together: options of the command line, adapters, card stack (``app`` runs it)."""
