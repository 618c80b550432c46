"""The prescriber's page in the window."""

from desktop.features.prescribing.page.ordonnance import OrdonnancePage

__all__ = ["OrdonnancePage"]
