"""What the checker says of a file: conforming, not, or unconfirmed; reasons for people, clause on demand."""

from dataclasses import dataclass

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from desktop.domain.deposit import CheckReport, Conversion, Reason, Verdict
from desktop.domain.errors import Code, Failure
from desktop.domain.texts import failure_text, text
from desktop.ui.theme import GRID
from desktop.ui.views.base import Speaking
from desktop.ui.widgets.announce import announce
from desktop.ui.widgets.badge import Badge
from desktop.ui.widgets.buttons import quiet_button, secondary_button
from desktop.ui.widgets.message import Message
from desktop.ui.widgets.panel import column, row
from desktop.ui.widgets.progress import DelayedProgress
from desktop.ui.widgets.text import label

_REASONS_SHOWN = 6
_DETAILS_SHOWN = 40


@dataclass(frozen=True, slots=True)
class FileModel:
    """A chosen file. ``conversion`` is a safe copy that was made; ``using_copy`` once it was accepted, by
    the user, or by the program where nothing visible can have changed. ``declined``: he refused one;
    ``uncopied``: none could be made.
    """

    name: str
    size: int
    checking: bool = False
    converting: bool = False
    report: CheckReport | None = None
    conversion: Conversion | None = None
    using_copy: bool = False
    convertible: bool = True
    failure: Failure | None = None
    declined: bool = False
    uncopied: bool = False

    def is_ready(self) -> bool:
        """True when what would be sent is confirmed as conforming."""
        report = self.conversion.report if self.using_copy and self.conversion else self.report
        return not self.checking and report is not None and report.verdict is Verdict.CONFORMING

    def is_hopeless(self) -> bool:
        """True when another file has to be chosen: this one was refused."""
        if self.checking or self.converting:
            return False
        barred = self.report is not None and not self.convertible and not self.is_ready()
        return self.failure is not None or barred


class VerdictBox(Speaking):
    """Signals: ``copy_asked`` (make a safe copy), ``compare_asked``, ``copy_declined``."""

    copy_asked = Signal()
    compare_asked = Signal()
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
        self.bind_named(self._copy, self._copy_words)
        self._compare = secondary_button("", "deposit-compare", self.compare_asked.emit)
        self.bind_named(self._compare, self._compare_words)
        self._decline = quiet_button("", "deposit-decline-copy", self.copy_declined.emit)
        self.bind_named(self._decline, lambda: text("deposit.decline_copy"))
        self._failure = Message("deposit-file-failure")
        self._told = Message("deposit-file-told")
        self._wait = DelayedProgress("deposit-check-wait", keep_place=False)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(GRID)
        layout.addLayout(row(self._badge, self._details, None))
        layout.addLayout(self._reasons)
        layout.addWidget(self._failure)
        layout.addWidget(self._told)
        layout.addLayout(row(self._copy, self._compare, self._decline, None))
        layout.addWidget(self._wait)
        self.refresh()

    def show_file(self, file: FileModel | None) -> None:
        """Show the verdict on *file*; speaks a new one."""
        before, self._file = self._file, file
        if before is None or file is None or before.name != file.name:
            self._detailed = False
            self._details.setChecked(False)
        if before == file:
            return
        self.refresh()
        if self._badge.text():
            announce(self, self._badge.text())

    def focus_decision(self) -> None:
        """Where the user goes on after the comparison was left."""
        if self._compare.isVisible():
            self._compare.setFocus()

    def refresh(self) -> None:
        file = self._file
        working = file is not None and (file.checking or file.converting)
        if file is not None and working:
            self._wait.wait(text("deposit.checking") if file.checking else text("deposit.converting"))
        else:
            self._wait.done()
        report = file.report if file is not None and not file.checking else None
        conversion = file.conversion if file is not None and not working else None
        self._say_verdict(report, conversion)
        self._list_reasons(report if conversion is None else None, conversion)
        refused = report is not None and report.verdict is not Verdict.CONFORMING
        self._details.setVisible(refused and conversion is None and bool(report and report.reasons))
        offered = file is not None and file.convertible and not working and conversion is None
        self._copy.setVisible(bool(offered and (refused or (file and file.declined))))
        self._copy.setText(self._copy_words())
        self._copy.setAccessibleName(self._copy_words())
        self._compare.setText(self._compare_words())
        self._compare.setAccessibleName(self._compare_words())
        self._compare.setVisible(conversion is not None)
        undecided = conversion is not None and file is not None and not file.using_copy
        self._decline.setVisible(conversion is not None and not undecided)
        self._say_failures(file, report, conversion)
        self.setVisible(file is not None)

    def _copy_words(self) -> str:
        report = self._file.report if self._file is not None else None
        return text("deposit.make_unsigned" if report is not None and report.signed else "deposit.make_copy")

    def _compare_words(self) -> str:
        decided = self._file is not None and self._file.using_copy
        return text("deposit.compare_again" if decided else "deposit.compare")

    def _say_failures(
        self, file: FileModel | None, report: CheckReport | None, conversion: Conversion | None
    ) -> None:
        if file is None or file.failure is None or file.checking or file.converting:
            self._failure.clear()
        else:
            self._failure.show_failure(file.failure)
        told = _told_first(report) if conversion is None else None
        if file is not None and file.uncopied:
            self._told.show_text(text("deposit.no_copy"), text("deposit.no_copy_next"), tone="warning")
        elif told is None or file is None or file.failure is not None or file.converting:
            self._told.clear()
        else:
            then = "deposit.signed_told" if told.code is Code.FILE_SIGNED else "deposit.form_told"
            self._told.show_text(failure_text(told), text(then), tone="warning")

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
            for words in change_words(conversion):
                self._add_reason(words)
        for reason in _distinct(report.reasons if report else (), detailed=self._detailed):
            self._add_reason(reason_words(reason, detailed=self._detailed))

    def _add_reason(self, words: str) -> None:
        line = label(f"–  {words}")
        self._reasons.addWidget(line)
        line.show()

    def _toggle(self) -> None:
        self._detailed = self._details.isChecked()
        self.refresh()


def change_words(conversion: Conversion) -> tuple[str, ...]:
    """What a copy changed, a sentence each."""
    lines = [text(key) for key in conversion.changes]
    if conversion.pictured_pages:
        lines.append(text("deposit.pictured", pages=page_ranges(conversion.pictured_pages)))
    if conversion.damaged_pages:
        lines.insert(0, text("deposit.damaged_pages", pages=page_ranges(conversion.damaged_pages)))
    if conversion.differs:
        lines.append(text("pdfa.look_differs"))
    return tuple(lines)


def page_ranges(pages: tuple[int, ...]) -> str:
    """« 1, 3–5 » for 1, 3, 4, 5."""
    parts: list[list[int]] = []
    for page in sorted(pages):
        if parts and page == parts[-1][1] + 1:
            parts[-1][1] = page
        else:
            parts.append([page, page])
    return ", ".join(str(first) if first == last else f"{first}–{last}" for first, last in parts)


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


def _told_first(report: CheckReport | None) -> Failure | None:
    """What a copy would take away: said before any is made."""
    if report is None or report.verdict is Verdict.CONFORMING:
        return None
    if report.signed:
        return Failure.of(Code.FILE_SIGNED)
    return Failure.of(Code.FILE_HAS_FORM) if report.has_form else None


def _distinct(reasons: tuple[Reason, ...], *, detailed: bool) -> tuple[Reason, ...]:
    if detailed:
        return reasons[:_DETAILS_SHOWN]
    first: dict[str, Reason] = {}
    for reason in reasons:
        first.setdefault(reason.family, reason)
    return tuple(first.values())[:_REASONS_SHOWN]
