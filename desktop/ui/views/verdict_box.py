"""What the checker says of a file: conforming, not, or unconfirmed; reasons for people, clause on demand."""

from dataclasses import dataclass

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QImage, QPixmap
from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from desktop.domain.deposit import CheckReport, Conversion, Reason, Verdict
from desktop.domain.errors import Failure
from desktop.domain.texts import text
from desktop.ui.theme import GRID
from desktop.ui.views.base import Speaking
from desktop.ui.widgets.announce import announce
from desktop.ui.widgets.badge import Badge
from desktop.ui.widgets.buttons import quiet_button, secondary_button
from desktop.ui.widgets.message import Message
from desktop.ui.widgets.panel import column, row
from desktop.ui.widgets.progress import QuietLine
from desktop.ui.widgets.text import label, muted

_REASONS_SHOWN = 6
_SLOT_WIDTH = 260


@dataclass(frozen=True, slots=True)
class FileModel:
    """A chosen file. ``conversion`` is a safe copy that was made; ``using_copy`` once it was accepted."""

    name: str
    size: int
    checking: bool = False
    converting: bool = False
    report: CheckReport | None = None
    conversion: Conversion | None = None
    using_copy: bool = False
    convertible: bool = True
    failure: Failure | None = None

    def is_ready(self) -> bool:
        """True when what would be sent is confirmed as conforming."""
        report = self.conversion.report if self.using_copy and self.conversion else self.report
        return not self.checking and report is not None and report.verdict is Verdict.CONFORMING


class VerdictBox(Speaking):
    """Signals: ``copy_asked`` (make a safe copy), ``copy_accepted``, ``copy_declined``."""

    copy_asked = Signal()
    copy_accepted = Signal()
    copy_declined = Signal()

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(name, parent)
        self._file: FileModel | None = None
        self._detailed = False
        self._badge = Badge("")
        self._badge.setObjectName("deposit-verdict")
        self._reasons = column(spacing=GRID // 2)
        self._details = quiet_button("", "deposit-details", self._toggle)
        self._details.setCheckable(True)
        self.bind_named(self._details, lambda: text("pdfa.details"))
        self._copy = secondary_button("", "deposit-make-copy", self.copy_asked.emit)
        self.bind_named(self._copy, lambda: text("deposit.make_copy"))
        self._accept = secondary_button("", "deposit-accept-copy", self.copy_accepted.emit)
        self.bind_named(self._accept, lambda: text("deposit.accept_copy"))
        self._decline = quiet_button("", "deposit-decline-copy", self.copy_declined.emit)
        self.bind_named(self._decline, lambda: text("deposit.decline_copy"))
        self.comparison = Comparison("deposit-comparison")
        self._failure = Message("deposit-file-failure")
        self._wait = QuietLine("deposit-check-wait", keep_place=False)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(GRID)
        layout.addLayout(row(self._badge, self._details, None))
        layout.addLayout(self._reasons)
        layout.addWidget(self._failure)
        layout.addWidget(self.comparison)
        layout.addLayout(row(self._copy, self._accept, self._decline, None))
        layout.addWidget(self._wait)
        self.refresh()

    def show_file(self, file: FileModel | None) -> None:
        """Show the verdict on *file*; speaks a new one."""
        before, self._file = self._file, file
        if before is None or file is None or before.name != file.name:
            self._detailed = False
            self._details.setChecked(False)
            self.comparison.clear()
        self.refresh()
        if self._badge.text() and before != file:
            announce(self, self._badge.text())

    def refresh(self) -> None:
        file = self._file
        working = file is not None and (file.checking or file.converting)
        if file is not None and working:
            self._wait.wait(text("deposit.checking") if file.checking else text("deposit.converting"))
        else:
            self._wait.done()
        report = file.report if file is not None and not working else None
        conversion = file.conversion if file is not None and not working else None
        self._say_verdict(report, conversion)
        self._list_reasons(report if conversion is None else None, conversion)
        refused = report is not None and report.verdict is not Verdict.CONFORMING
        self._details.setVisible(refused and conversion is None and bool(report and report.reasons))
        offered = file is not None and file.convertible and not working and conversion is None
        self._copy.setVisible(bool(offered and (refused or (file and file.failure and report is None))))
        undecided = conversion is not None and file is not None and not file.using_copy
        self._accept.setVisible(undecided)
        self._decline.setVisible(conversion is not None)
        self.comparison.setVisible(conversion is not None and self.comparison.has_pages())
        if file is None or file.failure is None:
            self._failure.clear()
        else:
            self._failure.show_failure(file.failure)
        self.setVisible(file is not None)

    def _say_verdict(self, report: CheckReport | None, conversion: Conversion | None) -> None:
        if conversion is not None:
            using = self._file is not None and self._file.using_copy
            words = text("deposit.copy_used") if using else text("deposit.copy_made")
            self._badge.set(f"{'✔' if using else '◐'}  {words}", "accent" if using else "warning")
        elif report is None:
            self._badge.set("")
        elif report.verdict is Verdict.CONFORMING:
            self._badge.set("✔  " + text("pdfa.verdict_conforming", level=report.confirmed or ""), "accent")
        elif report.verdict is Verdict.NONCONFORMING:
            self._badge.set("✖  " + text("pdfa.verdict_nonconforming"), "danger")
        else:
            self._badge.set("◐  " + text("pdfa.verdict_unconfirmed"), "warning")

    def _list_reasons(self, report: CheckReport | None, conversion: Conversion | None) -> None:
        while (item := self._reasons.takeAt(0)) is not None:
            if (old := item.widget()) is not None:
                old.hide()
                old.deleteLater()
        if conversion is not None:
            for key in conversion.changes:
                self._add_reason(text(key))
            if conversion.pictured_pages:
                pages = ", ".join(str(page) for page in conversion.pictured_pages)
                self._add_reason(text("deposit.pictured", pages=pages))
        for reason in _distinct(report.reasons if report else (), detailed=self._detailed):
            self._add_reason(reason_words(reason, detailed=self._detailed))

    def _add_reason(self, words: str) -> None:
        line = label(f"–  {words}")
        self._reasons.addWidget(line)
        line.show()

    def _toggle(self) -> None:
        self._detailed = self._details.isChecked()
        self.refresh()


class Comparison(Speaking):
    """Before and after, side by side; the controller gives the pictures of one page at a time."""

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(name, parent)
        self._pictures = (QLabel(), QLabel())
        captions = (muted(""), muted(""))
        self.bind(captions[0].setText, lambda: text("deposit.before"))
        self.bind(captions[1].setText, lambda: text("deposit.after"))
        sides = row(spacing=2 * GRID)
        for caption, picture, end in zip(captions, self._pictures, ("before", "after"), strict=True):
            picture.setObjectName(f"deposit-{end}")
            picture.setAlignment(Qt.AlignmentFlag.AlignTop)
            side = column(spacing=GRID // 2)
            side.addWidget(caption)
            side.addWidget(picture)
            sides.addLayout(side)
        sides.addStretch(1)
        self.setLayout(sides)
        self.hide()

    def show_pages(self, before: QImage, after: QImage) -> None:
        """Show one page of the original and of the copy."""
        for picture, image in zip(self._pictures, (before, after), strict=True):
            ratio = self.devicePixelRatioF()
            scaled = image.scaledToWidth(
                round(_SLOT_WIDTH * ratio), Qt.TransformationMode.SmoothTransformation
            )
            scaled.setDevicePixelRatio(ratio)
            picture.setPixmap(QPixmap.fromImage(scaled))
        self.show()

    def has_pages(self) -> bool:
        """True once pictures were given."""
        return not self._pictures[0].pixmap().isNull()

    def clear(self) -> None:
        """Forget the pictures."""
        for picture in self._pictures:
            picture.clear()
        self.hide()


def reason_words(reason: Reason, *, detailed: bool) -> str:
    """One reason: what it is and what to do; *detailed* adds page and clause of the standard."""
    # The families are data of the checker; its own tests prove that each has both texts.
    what, then = f"pdfa.{reason.family}", f"pdfa.{reason.family}_do"
    words = f"{text(what)} {text(then)}"
    if detailed:
        if reason.page is not None:
            words += f" {text('pdfa.on_page', page=reason.page)}."
        if reason.clause:
            words += f" {text('pdfa.clause', clause=reason.clause)}."
    return words


def _distinct(reasons: tuple[Reason, ...], *, detailed: bool) -> tuple[Reason, ...]:
    if detailed:
        return reasons[:40]
    first: dict[str, Reason] = {}
    for reason in reasons:
        first.setdefault(reason.family, reason)
    return tuple(first.values())[:_REASONS_SHOWN]
