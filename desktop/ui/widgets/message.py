"""The inline message: what happened, what to do now, and the code; never a pop-up over the patient."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from desktop.domain.errors import Failure
from desktop.domain.texts import failure_next_step, failure_text, text
from desktop.ui.icons import Glyph, paint_glyph
from desktop.ui.theme import GRID, Role
from desktop.ui.widgets.announce import announce
from desktop.ui.widgets.buttons import icon_button, secondary_button
from desktop.ui.widgets.text import label, muted, set_tone

_SIGN = {
    "": (Glyph.INFO, Role.MUTED),
    "accent": (Glyph.INFO, Role.ACCENT),
    "warning": (Glyph.WARNING, Role.WARNING),
    "danger": (Glyph.DANGER, Role.DANGER),
}


class _Sign(QWidget):
    """The picture, painted anew in every scheme."""

    def __init__(self) -> None:
        super().__init__()
        self.setFixedSize(20, 20)
        self.tone = ""

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        glyph, role = _SIGN[self.tone]
        paint_glyph(painter, self.rect(), glyph, role)
        painter.end()


class Message(QFrame):
    """Hidden until it has something to say; :attr:`act_requested` is its one optional button."""

    act_requested = Signal()
    dismissed = Signal()

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        self.setProperty("kind", "message")
        self.failure: Failure | None = None
        self._tone = ""
        self._sign = _Sign()
        self._what = label("", "body")
        self._what.setObjectName(f"{name}-text")
        self._next = label("", "body")
        self._next.setObjectName(f"{name}-next")
        self._code = muted("")
        self._code.setObjectName(f"{name}-code")
        self._code.setWordWrap(False)
        self._act = secondary_button("", f"{name}-act", self.act_requested.emit)
        self._close = icon_button(text("theme.close_message"), f"{name}-close", Glyph.CLOSE, self._dismiss)
        texts = QVBoxLayout()
        texts.setSpacing(GRID // 2)
        texts.addWidget(self._what)
        texts.addWidget(self._next)
        texts.addWidget(self._code)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(2 * GRID, GRID + 4, GRID, GRID + 4)
        layout.setSpacing(GRID + 4)
        layout.addWidget(self._sign, 0, Qt.AlignmentFlag.AlignTop)
        layout.addLayout(texts, 1)
        layout.addWidget(self._act, 0, Qt.AlignmentFlag.AlignVCenter)
        layout.addWidget(self._close, 0, Qt.AlignmentFlag.AlignTop)
        self.hide()

    def show_failure(self, failure: Failure, *, act: str = "", closable: bool = False) -> None:
        """Show text, next step and code of *failure*."""
        self.failure = failure
        code = text("theme.code", code=failure.code.value)
        self._show("danger", failure_text(failure), failure_next_step(failure), code, act, closable)

    def show_text(
        self,
        content: str,
        next_step: str = "",
        *,
        tone: str = "accent",
        act: str = "",
        closable: bool = False,
    ) -> None:
        """Show *content*; *tone*: "", accent, warning, danger."""
        self.failure = None
        self._show(tone, content, next_step, "", act, closable)

    def clear(self) -> None:
        """Say nothing, and keep nothing of what was said (CF-017)."""
        self.failure = None
        self.hide()
        for part in (self._what, self._next, self._code):
            part.clear()
        self.setAccessibleName("")

    def what(self) -> str:
        """The sentence shown, "" when hidden."""
        return "" if self.isHidden() else self._what.text()

    def _dismiss(self) -> None:
        self.clear()
        self.dismissed.emit()

    def _show(self, tone: str, what: str, then: str, code: str, act: str, closable: bool) -> None:  # noqa: FBT001
        self._tone = tone
        set_tone(self, tone)
        self._sign.tone = tone
        self._sign.update()
        for part, content in ((self._what, what), (self._next, then), (self._code, code)):
            part.setText(content)
            part.setVisible(bool(content))
        self._act.setText(act)
        self._act.setAccessibleName(act)
        self._act.setVisible(bool(act))
        self._close.setVisible(closable)
        self.setAccessibleName(" ".join(part for part in (what, then, code) if part))
        self.show()
        announce(self, f"{what} {then}".strip())
