"""What Qt's own parts keep of contents that were given up, over which nobody else has a hand (CF-017).

A delegate keeps what the model said of the last row that it painted, a style the row that it laid out last,
an emptied field the keys that were typed, a label that takes the keyboard the words that it last laid out:
it lays out new ones only when it is seen. Lists, fields and labels of pages that outlive their patient are
found by what they are, not by name.
"""

from collections.abc import Callable, Iterator

from PySide6.QtCore import Qt
from PySide6.QtGui import QStandardItem, QStandardItemModel
from PySide6.QtWidgets import (
    QAbstractItemView,
    QLabel,
    QLineEdit,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from desktop.ui.secret_field import SecretField
from desktop.ui.widget_tree import within
from desktop.ui.widgets.typed import forget_typed

_OWN = Qt.FindChildOption.FindDirectChildrenOnly
_ANY_WIDTH = 1
_ROW_WORDS = QStyle.SubElement.SE_ItemViewItemText


def forget_kept(root: QWidget, then: Callable[[], Iterator[None]]) -> Iterator[None]:
    """Below *root*, one list, field or label a step, and *then* the rest.

    A field with words or the cursor in it is left.
    """
    blank = QStandardItemModel()
    blank.appendRow(QStandardItem())
    for widget in within(root):
        for delegate in widget.findChildren(QStyledItemDelegate, options=_OWN):
            delegate.initStyleOption(QStyleOptionViewItem(), blank.index(0, 0))
        if isinstance(widget, QAbstractItemView):
            widget.style().subElementRect(_ROW_WORDS, QStyleOptionViewItem(), widget)
            yield
        elif isinstance(widget, QLineEdit) and _is_empty(widget):
            forget_typed(widget)
            yield
        elif isinstance(widget, QLabel) and not widget.text():
            widget.heightForWidth(_ANY_WIDTH)  # lays out what it says now: nothing
            yield
    yield from then()


def _is_empty(field: QLineEdit) -> bool:
    return not (field.text() or field.hasFocus() or isinstance(field, SecretField))
