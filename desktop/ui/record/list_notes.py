"""What stands in the place of the list when no row does: only what is known is said."""

from collections.abc import Callable

from PySide6.QtWidgets import QWidget

from desktop.domain.record import MandateKind
from desktop.domain.texts import text
from desktop.ui.record.controller import OpenRecordFacts
from desktop.ui.record.record_frame import RecordFrame


class ListNotes:
    """Made when first needed: most lists have rows."""

    def __init__(self, frame: RecordFrame, rows: QWidget) -> None:
        self._frame, self._rows = frame, rows
        self._nothing: QWidget | None = None
        self._empty: QWidget | None = None

    def show_rows(self) -> None:
        """The list; while nobody knows whether there are documents, without any row."""
        self._frame.lists.setCurrentWidget(self._rows)

    def show_nothing(self, reset: Callable[[], object]) -> None:
        """No document passes the filter, which *reset* takes away."""
        if self._nothing is None:
            self._nothing = self._frame.note(
                "record-nothing", text("record.nothing"), "", text("record.filter_reset"), reset
            )
        self._frame.lists.setCurrentWidget(self._nothing)

    def show_empty(self, facts: OpenRecordFacts, deposit: Callable[[], object]) -> None:
        """The whole list came, and nothing is in it that this right shows: no word of what else there is, or
        is not (CF-026). *deposit* is offered where the right allows it."""
        if self._empty is None:
            own = facts.record.mandate.kind is MandateKind.AUTEUR
            act = text("record.deposit") if facts.may_deposit else ""
            title = text("record.empty_own" if own else "record.empty")
            self._empty = self._frame.note("record-empty", title, "", act, deposit)
        self._frame.lists.setCurrentWidget(self._empty)
