"""Binds passive views to desks: models in, signals out, one module a region of the window."""
