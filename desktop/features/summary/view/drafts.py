"""The drafts of this doctor: whose they are, and all that stands in them."""

from dataclasses import dataclass

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QPushButton, QVBoxLayout, QWidget

from desktop.domain.errors import Failure
from desktop.domain.texts import counted, current_language, text
from desktop.features.summary.cells import Row, content_rows
from desktop.features.summary.domain.publication import Progress
from desktop.features.summary.service.drafts import KeptDraft
from desktop.features.summary.view.rows import RowList
from desktop.ui.dates import day, moment
from desktop.ui.theme import GRID
from desktop.ui.views.base import Speaking, View
from desktop.ui.widgets.buttons import primary_button, secondary_button
from desktop.ui.widgets.message import Message
from desktop.ui.widgets.panel import Panel, row
from desktop.ui.widgets.text import heading, label, muted

LIST_WIDTH = 420


@dataclass(frozen=True, slots=True)
class DraftsModel:
    """``drafts`` None: not read (yet); the newest stands first. ``signed``: what was signed, and of which the
    end was not told yet."""

    drafts: tuple[KeptDraft, ...] | None = None
    signed: tuple[Progress, ...] = ()
    failure: Failure | None = None


class DraftsView(View):
    """Signal: ``patient_chosen`` (a Patient): his record is wanted."""

    patient_chosen = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("summary-drafts-view", parent)
        self._model = DraftsModel()
        title = heading("")
        self.bind(title.setText, lambda: text("summary.edit_drafts"))
        self._intro = muted("")
        self.bind(self._intro.setText, lambda: text("summary.edit_drafts_intro"))
        self._message = Message("summary-drafts-message")
        self._open = primary_button("", "summary-drafts-open", self._choose)
        self.bind_named(self._open, lambda: text("summary.edit_drafts_open"))
        self._empty = label("")
        self._empty.setObjectName("summary-drafts-empty")
        self.list = _Names("summary-drafts-list")
        self.list.setMaximumWidth(LIST_WIDTH)
        self.bind(self.list.setAccessibleName, lambda: text("summary.edit_drafts"))
        self.content = _Content("summary-drafts-content")
        self.bind(self.content.setAccessibleName, lambda: text("summary.edit_drafts_content"))
        self.list.chosen.connect(lambda _: self._show_content())
        self.list.entered.connect(lambda _: self._choose())
        layout = QVBoxLayout(self)
        layout.setContentsMargins(4 * GRID, 3 * GRID, 4 * GRID, 3 * GRID)
        layout.setSpacing(2 * GRID)
        layout.addLayout(row(title, None, self._open))
        for part in (self._intro, self._message, self._empty):
            layout.addWidget(part)
        layout.addLayout(row(self.list, self.content), 1)
        self.refresh()

    def show_state(self, model: DraftsModel) -> None:
        """Show *model*."""
        self._model = model
        self.refresh()

    def refresh(self) -> None:
        drafts = self._model.drafts or ()
        rows = [*map(_signed_row, self._model.signed), *map(_row, drafts)]
        self.list.show_rows(rows)
        self._empty.setText("" if rows or self._model.drafts is None else text("summary.edit_drafts_none"))
        for part in (self.list, self.content):
            part.setVisible(bool(rows))
        self._empty.setVisible(not rows)
        self._open.setEnabled(bool(rows))
        if self._model.failure is None:
            self._message.clear()
        elif self._model.failure is not self._message.failure:
            self._message.show_failure(self._model.failure)
        self._show_content()

    def primary(self) -> QPushButton | None:
        return self._open

    def focus_first(self) -> None:
        (self.list if self.list.rows else self).setFocus()

    def _chosen(self) -> KeptDraft | None:
        return next((k for k in self._model.drafts or () if k.draft.id == self.list.current()), None)

    def _show_content(self) -> None:
        chosen = self._chosen()
        self.content.show_rows(content_rows(chosen.draft, current_language()) if chosen else ())

    def _choose(self) -> None:
        wanted = self.list.current()
        drafts = {kept.draft.id: kept.patient for kept in self._model.drafts or ()}
        patients = drafts | {one.id: one.patient for one in self._model.signed}
        if wanted in patients:
            self.patient_chosen.emit(patients[wanted])


class DraftsPanel(Speaking):
    """What home shows of them. Signal: ``open_asked``."""

    open_asked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("summary-home", parent)
        self._model = DraftsModel()
        panel = Panel()
        title = heading("")
        self.bind(title.setText, lambda: text("summary.edit_drafts"))
        self.said = label("")
        self.said.setObjectName("summary-home-words")
        self.signed = label("")
        self.signed.setObjectName("summary-home-signed")
        opens = secondary_button("", "summary-home-open", self.open_asked.emit)
        self.bind_named(opens, lambda: text("summary.edit_drafts_go_on"))
        panel.body.addLayout(row(title, None, opens))
        panel.body.addWidget(self.signed)
        panel.body.addWidget(self.said)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(panel)
        self.hide()

    def show_state(self, model: DraftsModel) -> None:
        """Show *model*; nothing where nothing was begun."""
        self._model = model
        self.refresh()

    def refresh(self) -> None:
        drafts, signed = self._model.drafts or (), self._model.signed
        for part, key, patients in (
            (self.signed, "summary.edit_signed_named", [one.patient for one in signed]),
            (self.said, "summary.edit_drafts_named", [kept.patient for kept in drafts]),
        ):
            names = ", ".join(patient.name for patient in patients)
            part.setText(counted(key, len(patients), names=names) if patients else "")
            part.setVisible(bool(patients))
        self.setVisible(bool(drafts or signed))


class _Names(RowList):
    MARKED = False


class _Content(RowList):
    LEAST, QUIET = 28, True


def _signed_row(one: Progress) -> Row:
    words = f"{one.patient.name}, {day(one.patient.birth_date)}"
    beside = text("summary.edit_signed_unsettled", version=one.version, when=moment(one.signed_at))
    return Row(one.id, words, beside=beside)


def _row(kept: KeptDraft) -> Row:
    patient, draft = kept.patient, kept.draft
    lines = sum(len(section.lines) for section in draft.sections)
    words = f"{patient.name}, {day(patient.birth_date)}"
    beside = text("summary.edit_drafts_kept", when=moment(draft.saved_at))
    return Row(draft.id, words, beside=f"{beside} · {counted('summary.edit_drafts_lines', lines)}")
