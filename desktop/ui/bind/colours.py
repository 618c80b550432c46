"""Light, dark, or as the system says."""

from PySide6.QtWidgets import QApplication

from desktop.ui.theme import Scheme, apply_theme, system_scheme


def apply_colours(application: QApplication, choice: str) -> None:
    """Apply *choice* ("light", "dark" or "system") to the whole program."""
    apply_theme(application, system_scheme() if choice == "system" else Scheme(choice))
