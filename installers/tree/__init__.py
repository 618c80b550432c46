"""The tree that every installer carries: a private Python environment with the program in it."""
