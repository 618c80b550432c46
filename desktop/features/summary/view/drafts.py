"""The drafts of this doctor: whose they are, and all that stands in them."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QPushButton, QVBoxLayout, QWidget

from desktop.domain.errors import Failure
from desktop.domain.record import Patient
from desktop.domain.texts import counted, current_language, failure_next_step, failure_text, text
from desktop.features.summary.cells import Row, content_rows
from desktop.features.summary.domain.publication import Progress, Stage
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
    end was not told yet. ``unreadable``: rows of either that nobody can read any more."""

    drafts: tuple[KeptDraft, ...] | None = None
    signed: tuple[Progress, ...] = ()
    unreadable: int = 0
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
        unreadable = self._model.unreadable
        if self._model.failure is not None:
            if self._model.failure is not self._message.failure:
                self._message.show_failure(self._model.failure)
        elif unreadable:
            self._message.show_text(counted("summary.edit_unreadable_all", unreadable), tone="warning")
        else:
            self._message.clear()
        self._show_content()

    def primary(self) -> QPushButton | None:
        return self._open

    def focus_first(self) -> None:
        (self.list if self.list.rows else self).setFocus()

    def _chosen(self) -> KeptDraft | None:
        return next((k for k in self._model.drafts or () if k.draft.id == self.list.current()), None)

    def _show_content(self) -> None:
        chosen, wanted = self._chosen(), self.list.current()
        if chosen is not None:
            self.content.show_rows(content_rows(chosen.draft, current_language()))
        else:
            signed = next((one for one in self._model.signed if one.id == wanted), None)
            self.content.show_rows(_why(signed) if signed else ())

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
        drafts, signed, unreadable = self._model.drafts or (), self._model.signed, self._model.unreadable
        told = (_named(key, [one.patient for one in signed if is_it(one)]) for key, is_it in _ENDS)
        self.signed.setText("\n".join(filter(None, told)))
        unread = counted("summary.edit_unreadable_all", unreadable) if unreadable else ""
        begun = _named("summary.edit_drafts_named", [kept.patient for kept in drafts])
        self.said.setText("\n".join(filter(None, (begun, unread))))
        for part in (self.signed, self.said):
            part.setVisible(bool(part.text()))
        self.setVisible(bool(drafts or signed or unreadable))


class _Names(RowList):
    MARKED = False


class _Content(RowList):
    LEAST, QUIET = 28, True


def _named(key: str, patients: list[Patient]) -> str:
    """Whose they are, in one sentence; "" for nobody."""
    names = ", ".join(patient.name for patient in patients)
    return counted(key, len(patients), names=names) if patients else ""


def _signed_row(one: Progress) -> Row:
    words = f"{one.patient.name}, {day(one.patient.birth_date)}"
    return Row(one.id, words, beside=text(_stand(one), version=one.version, when=moment(one.signed_at)))


def _stand(one: Progress) -> str:
    """The sentence that says how far it is."""
    if not one.stage.is_over:
        waits = one.failure is not None and not one.goes_on
        return "summary.edit_signed_waits" if waits else "summary.edit_signed_unsettled"
    return {
        Stage.PUBLISHED: "summary.edit_signed_published",
        Stage.WITHOUT_DATA: "summary.edit_signed_without_data",
    }.get(one.stage, "summary.edit_signed_unpublished")


def _why(one: Progress) -> tuple[Row, ...]:
    """What keeps it back, or why it was not published, and what to do."""
    if one.failure is None:
        return ()
    return (
        Row(f"{one.id} why", failure_text(one.failure)),
        Row(f"{one.id} next", failure_next_step(one.failure)),
    )


_ENDS: Final[tuple[tuple[str, Callable[[Progress], bool]], ...]] = (
    ("summary.edit_signed_named", lambda one: not one.stage.is_over),
    ("summary.edit_published_named", lambda one: one.stage is Stage.PUBLISHED),
    ("summary.edit_without_data_named", lambda one: one.stage is Stage.WITHOUT_DATA),
    ("summary.edit_unpublished_named", lambda one: one.stage.is_unpublished),
)


def _row(kept: KeptDraft) -> Row:
    patient, draft = kept.patient, kept.draft
    lines = sum(len(section.lines) for section in draft.sections)
    words = f"{patient.name}, {day(patient.birth_date)}"
    beside = text("summary.edit_drafts_kept", when=moment(draft.saved_at))
    return Row(draft.id, words, beside=f"{beside} · {counted('summary.edit_drafts_lines', lines)}")
