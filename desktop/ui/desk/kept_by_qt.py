"""What Qt's own parts keep of contents that were given up, over which nobody else has a hand (CF-017).

A delegate keeps what the model said of the last row that it painted, a style the row that it laid out last,
an emptied field the keys that were typed. Lists and fields of pages that outlive their patient are found by
what they are, not by name.
"""

from collections.abc import Callable, Iterator

from PySide6.QtCore import QObject
from PySide6.QtGui import QStandardItem, QStandardItemModel
from PySide6.QtWidgets import QAbstractItemView, QLineEdit, QStyle, QStyledItemDelegate, QStyleOptionViewItem
from shiboken6 import isValid

from desktop.ui.secret_field import SecretField
from desktop.ui.widgets.typed import forget_typed

_ROW_WORDS = QStyle.SubElement.SE_ItemViewItemText


def forget_kept(root: QObject, then: Callable[[], Iterator[None]]) -> Iterator[None]:
    """Below *root*, one part a step, and *then* the rest; a field with words or the cursor in it is left."""
    blank = QStandardItemModel()
    blank.appendRow(QStandardItem())
    for delegate in root.findChildren(QStyledItemDelegate):
        if isValid(delegate):  # a step is a turn of the event loop: what was there may have ended
            delegate.initStyleOption(QStyleOptionViewItem(), blank.index(0, 0))
            yield
    for view in root.findChildren(QAbstractItemView):
        if isValid(view):
            view.style().subElementRect(_ROW_WORDS, QStyleOptionViewItem(), view)
            yield
    for field in root.findChildren(QLineEdit):
        if isValid(field) and not (field.text() or field.hasFocus() or isinstance(field, SecretField)):
            forget_typed(field)
            yield
    yield from then()
