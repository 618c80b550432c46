"""The widgets below a widget, and how a tree of them ends with all that was kept for it.

Two things would stay of a page that is made anew after each lock, for as long as the window lives:

* PySide6 makes a half of its own for what Qt made, and lets go of it with whoever was asked for it. Asked of
  the window, the parts of a page that ended stay with the window. So each is asked for its own
  (:func:`within`).
* Qt's stylesheet keeps the rules that it found for a widget under the widget's address, and drops them when a
  widget ends that it has styled. It also looks for rules of parts that it never styles: viewports, the field
  within a date's, the frame behind a combo box. Those rules it keeps, a kilobyte each, and a part that comes
  to lie at the same address is painted by them. :func:`discard` tells it of these parts too.
"""

from collections.abc import Iterator

from PySide6.QtCore import QObject, Qt
from PySide6.QtWidgets import QWidget
from shiboken6 import isValid

_STYLED = Qt.WidgetAttribute.WA_StyleSheet
_OWN = Qt.FindChildOption.FindDirectChildrenOnly


def within(root: QWidget) -> Iterator[QWidget]:
    """All widgets below *root*, parents first. Between two the event loop may turn, and some may end."""
    for child in root.findChildren(QWidget, options=_OWN):
        if isValid(child):
            yield child
        if isValid(child):
            yield from within(child)


def discard(widget: QWidget) -> None:
    """Hide *widget* now; it ends when the event loop comes to it, and nothing is kept for its parts."""
    widget.hide()
    heir = QWidget(widget.parentWidget())
    heir.ensurePolished()  # from now on the stylesheet hears whose end it tells
    for part in within(widget):
        if not part.testAttribute(_STYLED):
            part.destroyed[QObject].connect(heir.destroyed[QObject])  # type: ignore[index]
    widget.destroyed.connect(heir.deleteLater)
    widget.deleteLater()
