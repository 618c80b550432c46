"""What a summary says and how one is made: frozen values and rules, of the standard library alone."""
