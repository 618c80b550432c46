"""What was asked for of the chosen documents, done in the open record."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from desktop.ui.record.controller import OpenRecordFacts
from desktop.ui.record.document_menu import DocumentAct, DocumentMenu
from desktop.ui.record.viewer import Viewer

if TYPE_CHECKING:
    from desktop.ui.record.record_view import RecordView


class DocumentActs(QObject):
    """Between the menu of the list and the record's *view*: every reading is one that the user asked for."""

    def __init__(self, view: "RecordView", facts: OpenRecordFacts) -> None:
        super().__init__(view)
        self._view = view
        menu = DocumentMenu(view.list, facts, lambda: view.reading.open)
        menu.asked.connect(self._do)
        menu.pair_asked.connect(self._read_both)
        menu.only_asked.connect(view.filters.show_only)

    def _do(self, document_id: str, act: DocumentAct) -> None:
        view = self._view
        match act:
            case DocumentAct.OPEN | DocumentAct.LARGE:
                view.open_document(document_id, large=act is DocumentAct.LARGE)
            case DocumentAct.BESIDE:
                self._read_beside(document_id)
            case DocumentAct.NEW_VERSION:
                view.deposit_requested.emit(view.loader.document(document_id))
            case _:
                view.reading.once_shown(document_id, _IN_VIEWER[act])
                shown = view.viewer.document()
                if shown is None or shown.id != document_id:
                    view.show_pages(document_id, large=view.reading.large)

    def _read_both(self, one: str, two: str) -> None:
        self._view.show_pages(one)
        self._read_beside(two)

    def _read_beside(self, document_id: str) -> None:
        view = self._view
        document = view.loader.document(document_id) or view.model.find(document_id)
        if document is None:
            return
        if view.reading.open:
            view.reading.show_beside(document)
        else:
            view.show_pages(document_id)


def _print(viewer: Viewer) -> None:
    viewer.bar.print_action.trigger()


def _save(viewer: Viewer) -> None:
    viewer.bar.save_action.trigger()


def _lift(viewer: Viewer) -> None:
    viewer.bar.lift.trigger()


_IN_VIEWER = {DocumentAct.PRINT: _print, DocumentAct.SAVE: _save, DocumentAct.LIFT: _lift}
