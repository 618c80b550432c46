"""The program's one application object. Little is imported here: it stands before the window."""

from PySide6.QtWidgets import QApplication

STYLE, STYLED = "Fusion", "dsp-styled"


def make_application(name: str) -> QApplication:
    """The program's one application object, in its style.

    Given as an argument, the style needs none of PySide6's classes for styles: their making takes a twentieth
    of the time that the window takes to come.
    """
    app = QApplication([name, "-style", STYLE])
    app.setProperty(STYLED, True)
    return app
