"""Which PKCS#11 module speaks to the card: search, choice, « Tester le module »."""

from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QComboBox, QFileDialog, QVBoxLayout, QWidget

from desktop.domain.card import ModuleReport
from desktop.domain.errors import Failure
from desktop.domain.texts import text
from desktop.ui.theme import GRID
from desktop.ui.views.base import Speaking
from desktop.ui.widgets.buttons import secondary_button
from desktop.ui.widgets.form import FormRow
from desktop.ui.widgets.message import Message
from desktop.ui.widgets.panel import row
from desktop.ui.widgets.progress import DelayedProgress
from desktop.ui.widgets.text import muted


@dataclass(frozen=True, slots=True)
class ModuleChoice:
    """A module found on this computer; ``product`` is "" for a file that no product is known to use."""

    path: str
    product: str = ""

    def words(self) -> str:
        """Product and path."""
        return text("cards.module_named", product=self.product, path=self.path) if self.product else self.path


@dataclass(frozen=True, slots=True)
class ModuleModel:
    """``found`` on this computer, the first is searched first; ``chosen``: a path, "" = search."""

    found: tuple[ModuleChoice, ...] = ()
    chosen: str = ""
    testing: bool = False
    report: ModuleReport | None = None
    failure: Failure | None = None
    simulated_card: bool = False

    def to_test(self) -> Path | None:
        """The chosen one, or the first that the search found."""
        path = self.chosen or (self.found[0].path if self.found else "")
        return Path(path) if path else None


class ModuleChooser(Speaking):
    """Signals: ``chosen(Path | None)`` (None = search), ``test_asked(Path)``."""

    chosen = Signal(object)
    test_asked = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("module-chooser", parent)
        self._model = ModuleModel()
        self._box = _CalmBox()
        box_row = FormRow("", self._box, "module-choice")
        self.bind_row(box_row, lambda: text("cards.module"))
        self._box.activated.connect(self._pick)
        other = secondary_button("", "module-other", self._choose_file)
        self.bind_named(other, lambda: text("cards.module_other"))
        self._test = secondary_button("", "module-test", self._ask_test)
        self.bind_named(self._test, lambda: text("cards.module_test"))
        self._wait = DelayedProgress("module-wait", keep_place=False)
        self.message = Message("module-message")
        self.message.act_requested.connect(lambda: self.chosen.emit(None))
        self._note = muted("")
        self._note.setObjectName("module-note")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(2 * GRID)
        layout.addWidget(box_row)
        layout.addWidget(self._note)
        layout.addLayout(row(self._test, other, None))
        layout.addWidget(self.message)
        layout.addWidget(self._wait)

    def show_model(self, model: ModuleModel) -> None:
        """Show *model*."""
        self._model = model
        self.refresh()

    def refresh(self) -> None:
        model = self._model
        self._fill(model)
        self._test.setEnabled(model.to_test() is not None and not model.testing)
        note = ""
        if model.simulated_card:
            note = text("cards.module_demo")
        elif model.to_test() is None:
            note = text("cards.module_nothing")
        self._note.setText(note)
        self._note.setVisible(bool(note))
        if model.testing:
            self._wait.wait(text("cards.module_testing"))
        else:
            self._wait.done()
        self._say_result(model)

    def _fill(self, model: ModuleModel) -> None:
        choices = list(model.found)
        if model.chosen and model.chosen not in [choice.path for choice in choices]:
            choices.append(ModuleChoice(model.chosen))
        entries = [(_search_words(model.found), ""), *((c.words(), c.path) for c in choices)]
        box = self._box
        if entries != [(box.itemText(n), box.itemData(n)) for n in range(box.count())]:
            box.clear()
            for words, path in entries:
                box.addItem(words, path)
        box.setCurrentIndex(max(box.findData(model.chosen), 0))

    def _say_result(self, model: ModuleModel) -> None:
        if model.failure is not None:
            if model.failure is not self.message.failure or self.message.isHidden():
                way_back = text("cards.module_back") if model.chosen else ""
                self.message.show_failure(model.failure, act=way_back)
        elif model.report is not None:
            report = model.report
            tokens = ", ".join(report.tokens) or text("cards.module_no_token")
            words = text(
                "cards.module_report",
                library=report.library,
                version=report.version,
                slots=report.slots,
                tokens=tokens,
            )
            self.message.show_text(words)
        else:
            self.message.clear()

    def _pick(self) -> None:
        path = self._box.currentData()
        if path != self._model.chosen:
            self.chosen.emit(Path(path) if path else None)

    def _ask_test(self) -> None:
        if (path := self._model.to_test()) is not None:
            self.test_asked.emit(path)

    def _choose_file(self) -> None:
        dialog = QFileDialog(self.window(), text("cards.module_file"))
        dialog.setObjectName("module-file-dialog")
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.fileSelected.connect(lambda path: self.chosen.emit(Path(path)))
        dialog.open()


class _CalmBox(QComboBox):
    """Turning the wheel over it scrolls the page: nobody changes the module in passing."""

    def wheelEvent(self, event: QWheelEvent) -> None:
        event.ignore()


def _search_words(found: tuple[ModuleChoice, ...]) -> str:
    if not found:
        return text("cards.module_auto")
    return text("cards.module_auto_found", module=found[0].product or found[0].path)
