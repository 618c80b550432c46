"""What stands in the place of a record when the access to it has ended: why, and nobody's name."""

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from desktop.domain.errors import Failure
from desktop.domain.texts import text
from desktop.ui.widgets.buttons import primary_button
from desktop.ui.widgets.message import Message
from desktop.ui.widgets.panel import Panel, centred


def end_page(failure: Failure, close: Callable[[], object], parent: QWidget) -> QWidget:
    """*failure* in words, and a button for *close* that has the focus."""
    panel = Panel(text("record.ended_title"))
    page = centred(panel, 640)
    page.setParent(parent)
    message = Message("record-ended")
    button = primary_button(text("record.close"), "record-ended-close", close)
    panel.body.addWidget(message)
    panel.body.addWidget(button, 0, Qt.AlignmentFlag.AlignRight)
    message.show_failure(failure)
    button.setFocus()
    return page
