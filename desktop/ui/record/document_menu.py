"""What can be done with the chosen documents, offered where the right allows it (Menu key, Shift+F10)."""

from collections.abc import Callable
from enum import Enum, auto
from functools import partial

from PySide6.QtCore import QObject, QPoint, Signal
from PySide6.QtWidgets import QMenu

from desktop.domain.record import Document, DocumentStatus, Level
from desktop.domain.texts import counted, text
from desktop.services.list_taste import Grouping
from desktop.ui.record.controller import OpenRecordFacts
from desktop.ui.record.document_list import DocumentList


class DocumentAct(Enum):
    """What is done with one document; print, save and lift once it stands before its reader."""

    OPEN = auto()
    LARGE = auto()
    BESIDE = auto()
    PRINT = auto()
    SAVE = auto()
    NEW_VERSION = auto()
    LIFT = auto()


class DocumentMenu(QObject):
    """Over *shown*. Signals: ``asked`` (a document's id and an :class:`DocumentAct`), ``pair_asked``
    (two ids), ``only_asked`` (a frozenset of ids: the others are left out).

    Several documents are printed or saved one by one: no act takes a record out in bulk (CF-067).
    """

    asked = Signal(str, object)
    pair_asked = Signal(str, str)
    only_asked = Signal(object)

    def __init__(self, shown: DocumentList, facts: OpenRecordFacts, is_reading: Callable[[], bool]) -> None:
        """*is_reading*: whether a document is open that another can stand beside."""
        super().__init__(shown)
        self._list, self._facts, self._is_reading = shown, facts, is_reading
        self._menu: QMenu | None = None
        shown.menu_asked.connect(self._open)
        shown.beside_asked.connect(self._beside)

    def _open(self, at: QPoint) -> None:
        """Not a dialog: no event loop of its own runs while it is open."""
        if self._menu is not None:
            self._menu.deleteLater()
        menu = self._menu = QMenu(self._list)
        menu.setObjectName("document-menu")
        chosen = self._list.chosen()
        if len(chosen) == 1:
            self._fill_one(menu, chosen[0])
        elif chosen:
            self._fill_several(menu, chosen)
        if self._list.taste().grouping is not Grouping.NONE:
            menu.addSeparator()
            self._add(menu, text("record.fold_all"), partial(self._list.fold_groups, closed=True))
            self._add(menu, text("record.unfold_all"), partial(self._list.fold_groups, closed=False))
        if menu.actions():
            menu.popup(at)

    def _fill_one(self, menu: QMenu, document: Document) -> None:
        readable = document.status is not DocumentStatus.DISABLED  # CF-054
        if readable:
            self._act(menu, document, DocumentAct.OPEN, text("record.open"))
            self._act(menu, document, DocumentAct.LARGE, text("record.open_large"))
            if self._is_reading():
                self._act(menu, document, DocumentAct.BESIDE, text("record.open_beside"))
            menu.addSeparator()
            self._act(menu, document, DocumentAct.PRINT, text("viewer.print"))
            self._act(menu, document, DocumentAct.SAVE, text("viewer.save"))
        own = bool(document.author.id) and document.author.id == self._facts.practitioner_id
        current = document.status is DocumentStatus.CURRENT
        if own and current and self._facts.may_deposit:
            self._act(menu, document, DocumentAct.NEW_VERSION, text("viewer.new_version"))
        if readable and document.level is Level.ANNONCE:
            self._act(menu, document, DocumentAct.LIFT, text("viewer.lift"))

    def _fill_several(self, menu: QMenu, chosen: tuple[Document, ...]) -> None:
        pair = len(chosen) == 2 and all(d.status is not DocumentStatus.DISABLED for d in chosen)
        if pair:
            one, two = chosen
            self._add(menu, text("record.open_pair"), lambda: self.pair_asked.emit(one.id, two.id))
        ids = frozenset(document.id for document in chosen)
        self._add(menu, counted("record.show_only", len(chosen)), lambda: self.only_asked.emit(ids))

    def _act(self, menu: QMenu, document: Document, act: DocumentAct, words: str) -> None:
        self._add(menu, words, lambda: self.asked.emit(document.id, act))

    def _add(self, menu: QMenu, words: str, do: Callable[[], object]) -> None:
        menu.addAction(words).triggered.connect(lambda: do())

    def _beside(self) -> None:
        """Ctrl+D: two chosen documents, or the one under the cursor beside what is open."""
        chosen = [d for d in self._list.chosen() if d.status is not DocumentStatus.DISABLED]
        if len(chosen) == 2:
            self.pair_asked.emit(chosen[0].id, chosen[1].id)
        elif len(chosen) == 1:
            self.asked.emit(chosen[0].id, DocumentAct.BESIDE)
