"""The editor on the screen: sections, the lines of one of them, and what the colleague will see."""

from collections.abc import Iterator

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QKeySequence, QResizeEvent, QShortcut
from PySide6.QtWidgets import QComboBox, QPushButton, QVBoxLayout, QWidget

from desktop.domain.local_time import hour_words
from desktop.domain.texts import Language, counted, current_language, text
from desktop.features.summary.cells import Row, decisions_words, section_rows
from desktop.features.summary.domain.draft import Form
from desktop.features.summary.domain.sections import EntryKind, SectionKey
from desktop.features.summary.view.lines_panel import LinesPanel
from desktop.features.summary.view.model import EditorModel, Side
from desktop.features.summary.view.publish_end import PublishEnd
from desktop.features.summary.view.publish_strip import PublishStrip, unpublished_words
from desktop.features.summary.view.question import Question
from desktop.features.summary.view.rows import RowList
from desktop.ui.dates import day
from desktop.ui.printing import Printing
from desktop.ui.theme import GRID
from desktop.ui.views.base import ScrollPage, SteppedView
from desktop.ui.widgets.buttons import primary_button, secondary_button, tab_button
from desktop.ui.widgets.message import Message
from desktop.ui.widgets.panel import row
from desktop.ui.widgets.progress import DelayedProgress
from desktop.ui.widgets.text import ElidedLabel, heading, label, set_tone

SECTIONS_WIDTH = 232
ROOMY = 800  # below, the print for the patient is in the program's language
NARROW = 640  # below, the menu of the window alone says which page this is
REASONS_SHOWN = 4
WIDE = 1180  # pixels of the page for three panels
_FORMS = {Form.ADULT: "summary.edit_form_adult", Form.PAEDIATRIC: "summary.edit_form_paediatric"}
_LANGUAGES = {
    Language.FR: "Français", Language.DE: "Deutsch", Language.LB: "Lëtzebuergesch", Language.EN: "English",
}  # fmt: skip
_SIDES = {Side.PREVIEW: "summary.edit_side_preview", Side.DIFFERENCES: "summary.edit_side_differences",
          Side.SOURCE: "summary.edit_side_sources"}  # fmt: skip
_FORMS_AHEAD = (EntryKind.MEDICATION, EntryKind.ALLERGY, EntryKind.PROBLEM)


class SectionList(RowList):
    """One section a row."""

    LEAST, AIR = 34, 8


class SideList(RowList):
    """Rows to be read."""

    LEAST, AIR, QUIET = 24, 3, True


class EditorView(SteppedView):
    """Signals beside those of its parts: ``section_chosen``, ``form_chosen``, ``side_chosen``,
    ``side_entered`` (a row's id), ``reviewed``, ``unchanged_kept``, ``undo_asked``, ``check_asked``,
    ``print_asked(Language)`` (for the patient), ``section_asked`` (the first that is left); of the warnings
    before the PIN ``review_asked`` (the first of them), ``signing_asked`` (all the same), ``warnings_left``.
    """

    NAME = "summary-editor"
    section_chosen = Signal(object)
    form_chosen = Signal(object)
    side_chosen = Signal(object)
    side_entered = Signal(str)
    reviewed = Signal()
    unchanged_kept = Signal()
    undo_asked = Signal()
    check_asked = Signal()
    print_asked = Signal(object)
    section_asked = Signal()
    review_asked = Signal()
    signing_asked = Signal()
    warnings_left = Signal()

    def _make(self) -> Iterator[None]:
        self._model = EditorModel()
        self._entered_early = False  # Enter was pressed before there was anything to act on
        self._looks_aside = False  # in a narrow window: what stands beside the lines is there instead of them
        self._make_head()
        yield
        self.sections = SectionList("summary-sections")
        self.sections.setMaximumWidth(SECTIONS_WIDTH)
        self.bind(self.sections.setAccessibleName, lambda: text("summary.edit_sections"))
        self.lines = LinesPanel()
        yield
        self._make_side()
        self.publish = PublishStrip()
        self.end = PublishEnd()
        self._message = Message("summary-message")
        self._message.act_requested.connect(self.section_asked.emit)
        self._warnings = Question(
            self,
            "summary-warnings",
            lambda: text("summary.edit_review"),
            lambda: text("summary.edit_sign_anyway"),
        )
        self.decisions = label("")
        self.decisions.setObjectName("summary-decisions")
        self._not_kept = label("", "body")
        self._not_kept.setObjectName("summary-not-kept")
        set_tone(self._not_kept, "warning")
        self.bind(self._not_kept.setText, lambda: text("summary.edit_not_kept"))
        panels = row(self.sections, self.lines, self._beside)
        panels.setStretch(1, 64)
        panels.setStretch(2, 46)
        self._area = ScrollPage(self)
        body = self._area.body
        body.setContentsMargins(0, 0, 0, 0)
        body.setSpacing(GRID)
        for part in (self._message, self._warnings, self.menu, self.end):
            body.addWidget(part)
        body.addLayout(panels, 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(2 * GRID, GRID // 2, 2 * GRID, GRID // 2)
        layout.setSpacing(GRID)
        layout.addLayout(self._head)
        layout.addWidget(self._area, 1)
        layout.addWidget(self._not_kept)
        layout.addWidget(self.publish)
        layout.addWidget(self.decisions)
        yield
        self._connect()
        self.refresh()

    def make_forms(self) -> Iterator[None]:
        """The forms that are used most, before anybody asks for them; one a turn of the event loop."""
        for kind in _FORMS_AHEAD:
            self.lines.make_form(kind)
            yield

    def minimumSizeHint(self) -> QSize:
        return QSize(320, 200)  # what does not fit scrolls in its panel

    def show_state(self, model: EditorModel) -> None:
        """Show *model*."""
        before, self._model = self._model, model
        self._entered_early = self._entered_early and self._is_held()
        if model == before == EditorModel():  # a lock empties it in three steps, the first is enough
            return
        self.refresh()
        self.lines.show_state(model)
        self.publish.show_state(model.publishing)
        self.end.show_state(model.publishing)
        self._fit()

    def refresh(self) -> None:
        model, draft, language = self._model, self._model.draft, current_language()
        there = draft is not None
        for part in (
            self.sections,
            self.lines,
            self._beside,
            self._form,
            self.check,
        ):
            part.setEnabled(there)
        prints = there or (model.publishing is not None and model.publishing.can_print)
        self._language.setEnabled(prints)
        sections = section_rows(draft, language) if draft else ()
        self.sections.show_rows(sections, model.section.value)
        self._fill_menu(sections)
        self._side.show_rows(model.beside)
        for side, tab in self.sides.items():
            tab.setText(text(_SIDES[side]))
            tab.setAccessibleName(text(_SIDES[side]))
            tab.setChecked(side is model.side)
        for number, key in enumerate(_FORMS.values()):
            self._form.setItemText(number, text(key))
        if draft is not None:
            self._form.setCurrentIndex(list(_FORMS).index(draft.form))
        self._standing.set_whole(_standing(model))
        self.decisions.setText(decisions_words(model.undecided, language) if draft else "")
        self.decisions.setVisible(there)
        unpublished = there or model.publishing is not None
        self._not_kept.setVisible(unpublished and not model.keeps and not model.is_published)
        self.check.setEnabled(there and model.publishing is None)
        self._print.setEnabled(prints and model.printing is not Printing.RUNNING)
        if model.loading or model.printing is Printing.RUNNING:
            self._wait.wait(text("summary.edit_loading" if model.loading else "summary.edit_printing"))
        else:
            self._wait.done()
        self._say(model)

    def primary(self) -> QPushButton | None:
        # Enter signs in the field of the PIN alone, and opens a source on a line.
        return self.end.button if self._model.is_published else None

    def focus_first(self) -> None:
        if self._model.is_published:
            self.end.button.setFocus()
        elif self._model.publishing is not None:
            self.publish.focus_first()
        elif self._model.draft is None or self._model.awaits_list:
            self.hold_focus()  # no field takes a key that is meant for what is coming
        elif self._model.side is Side.SOURCE and not self.lines.list.rows:
            self._look_aside(self._model.side)
        else:
            self._looks_aside = False
            self._fit()
            self.lines.focus_lines()

    def arrive(self) -> bool:
        """What was awaited is here: the keyboard goes to the next act, unless the user took it elsewhere.

        Whether Enter was pressed meanwhile: it is told once.
        """
        if not self._is_held() or self._model.draft is None or self._model.awaits_list:
            return False
        early, self._entered_early = self._entered_early, False
        self.focus_again()
        return early

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Esc closes what is innermost before it leads back; a page that waits takes the keys itself."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self._is_held():
            self._entered_early = True
        elif self._is_held() and self.lines.isEnabled() and event.text().strip():
            self.lines.type_on(event.text())
        elif event.key() != Qt.Key.Key_Escape:
            super().keyPressEvent(event)
        elif self._model.is_published:
            self.end.left.emit()
        elif self._model.publishing is not None:
            self.publish.left.emit()
        elif self._model.asks_to_sign:
            self.warnings_left.emit()
        elif self._model.asking is not None:
            self.lines.lines_kept.emit()
        elif self._looks_aside or self._model.side is not Side.PREVIEW:
            self._looks_aside = False
            self._fit()
            self.side_chosen.emit(Side.PREVIEW)
            self.lines.focus_lines()
        else:
            super().keyPressEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if self.is_whole:
            self._fit()

    def _is_held(self) -> bool:
        return self.isVisible() and self.window().focusWidget() is self

    def _make_head(self) -> None:
        title = self._title = heading("")
        self.bind(title.setText, lambda: text("summary.title"))
        self._standing = ElidedLabel("", "muted")
        self._standing.setObjectName("summary-standing")
        self._wait = DelayedProgress("summary-wait", keep_place=False)
        self._form = QComboBox()
        self._form.setObjectName("summary-form")
        self._form.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        self._form.addItems([""] * len(_FORMS))
        self.bind(self._form.setAccessibleName, lambda: text("summary.edit_form"))
        self.menu = QComboBox()
        self.menu.setObjectName("summary-section-menu")
        self.menu.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        self.bind(self.menu.setAccessibleName, lambda: text("summary.edit_sections"))
        self._language = QComboBox()
        self._language.setObjectName("summary-print-language")
        for language, name in _LANGUAGES.items():
            self._language.addItem(name, language)
        self.bind(self._language.setAccessibleName, lambda: text("summary.edit_print_language"))
        self._print = secondary_button("", "summary-print", self._ask_print)
        self.bind_named(self._print, lambda: text("summary.edit_print"))
        self.check = primary_button("", "summary-check", self.check_asked.emit)
        self.bind_named(self.check, lambda: text("summary.edit_check"))
        said = row(self._standing, self._wait)  # in one line: the keys of the lines below stay where they are
        said.setStretch(0, 1)
        said.setStretch(1, 1)
        self._head = row(title, said, self._form, self._language, self._print, self.check)
        self._head.setStretch(1, 1)

    def _make_side(self) -> None:
        self.sides = {side: self._side_tab(side) for side in _SIDES}
        self._side = SideList("summary-side")
        self.bind(self._side.setAccessibleName, lambda: text("summary.edit_beside"))
        self._beside = QWidget()
        self._beside.setObjectName("page")
        layout = QVBoxLayout(self._beside)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(GRID // 2)
        layout.addLayout(row(*self.sides.values(), None))
        layout.addWidget(self._side, 1)

    def _fill_menu(self, sections: tuple[Row, ...]) -> None:
        words = [" · ".join(filter(None, (row.words, row.right))) for row in sections]
        if [self.menu.itemText(n) for n in range(self.menu.count())] != words:
            self.menu.clear()
            self.menu.addItems(words)
        ids = [row.id for row in sections]
        if self._model.section.value in ids:
            self.menu.setCurrentIndex(ids.index(self._model.section.value))

    def _side_tab(self, side: Side) -> QPushButton:
        return tab_button("", f"summary-side-{side.value}", lambda: self.side_chosen.emit(side))

    def _connect(self) -> None:
        self.sections.chosen.connect(lambda key: self.section_chosen.emit(SectionKey(key)))
        self.sections.entered.connect(lambda _: self.lines.focus_lines())
        self.menu.activated.connect(
            lambda number: self.section_chosen.emit(SectionKey(self.sections.rows[number].id))
        )
        self._side.entered.connect(self.side_entered)
        self.end.print_asked.connect(self._ask_print)
        self._warnings.keep.clicked.connect(self.review_asked)
        self._warnings.drop.clicked.connect(self.signing_asked)
        self._form.activated.connect(lambda number: self.form_chosen.emit(list(_FORMS)[number]))
        for keys, act in (
            ("Ctrl+N", self.lines.search.line.setFocus),
            ("Ctrl+Return", self.reviewed.emit),
            ("Ctrl+Enter", self.reviewed.emit),
            ("Alt+I", self.unchanged_kept.emit),
            ("Ctrl+E", self._step_side),
            ("F9", self.check.click),
            ("Ctrl+Z", self.undo_asked.emit),
            ("Ctrl+P", self._print.click),
            ("F6", self._next_panel),
        ):
            shortcut = QShortcut(QKeySequence(keys), self)
            shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            shortcut.activated.connect(act)

    def _step_side(self) -> None:
        """To the next of what can stand beside the lines; in a narrow window first to the preview itself."""
        sides = list(_SIDES)
        shown = self._beside.isVisible()
        self._look_aside(sides[(sides.index(self._model.side) + shown) % len(sides)])

    def _look_aside(self, side: Side) -> None:
        self._looks_aside = True
        self._fit()
        if side is not self._model.side:
            self.side_chosen.emit(side)
        self._side.setFocus()

    def _ask_print(self) -> None:
        self.print_asked.emit(Language(self._language.currentData()))  # Qt keeps the word alone

    def look_at_sources(self) -> None:
        """Show them, with the keyboard: what is read there was chosen there."""
        self._look_aside(Side.SOURCE)

    def _next_panel(self) -> None:
        panels = [p for p in (self.sections, self.lines.list, self._side) if p.isVisible() and p.isEnabled()]
        here = next((n for n, panel in enumerate(panels) if panel.hasFocus()), -1)
        if panels:
            panels[(here + 1) % len(panels)].setFocus()

    def _fit(self) -> None:
        """Three panels; where there is no room, the sections are a menu and the rest comes by Ctrl+E."""
        wide = self.width() >= WIDE
        if wide:
            self._looks_aside = False
        last_step = self._model.publishing is not None
        aside = self._looks_aside or last_step
        ended = self._model.is_published
        for part in (self._form, self._print, self.check):
            part.setVisible(not ended)
        self.sections.setVisible(wide and not ended)
        self._language.setVisible(self.width() >= ROOMY)
        self._title.setVisible(self.width() >= NARROW)
        self.menu.setVisible(not wide and not last_step)
        self.lines.show_title(shown=wide)
        self._beside.setVisible((wide or aside) and not ended)
        self.lines.setVisible((wide or not aside) and not ended)

    def _say(self, model: EditorModel) -> None:
        if model.failure is not None:
            if model.failure is not self._message.failure or self._message.isHidden():
                self._message.show_failure(model.failure)
        elif model.checked and model.left:
            said = "\n".join((text("summary.edit_not_ready"), *model.reasons[:REASONS_SHOWN]))
            if said != self._message.what():
                self._message.show_text(said, tone="warning", act=text("summary.edit_go_there"))
        elif model.unpublished is not None:
            self._message.show_text(unpublished_words(model.unpublished, keeps=model.keeps), tone="danger")
        elif model.goes_on_from:
            self._message.show_text(text("summary.edit_goes_on_from", version=model.goes_on_from))
        elif model.unreadable:
            self._message.show_text(counted("summary.edit_unreadable", model.unreadable), tone="warning")
        elif model.printing is Printing.DONE:
            self._message.show_text(text("summary.edit_printed"))
        else:
            self._message.clear()
        self._warnings.ask("\n".join(model.warnings) if model.asks_to_sign else "")


def _standing(model: EditorModel) -> str:
    """Since when the draft is kept, and on what it is built."""
    draft = model.draft
    if draft is None:
        return ""
    saved = (
        text("summary.edit_saved", hour=hour_words(model.saved_at)) if model.saved_at and model.keeps else ""
    )
    base = draft.base
    if model.unread is not None:
        begun = text("summary.edit_unread_version", day=day(model.unread.source.day))
    elif model.pdf is not None:
        begun = text("summary.edit_pdf_version", day=day(model.pdf.created))
    elif base is not None:
        begun = text("summary.edit_base", version=base.version, day=day(base.day))
    else:
        begun = text("summary.edit_no_base")
    return " · ".join(part for part in (saved, begun) if part)
