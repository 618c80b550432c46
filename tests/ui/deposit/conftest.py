"""A practice with an open record and the deposit form on the screen; copies are made as a test says."""

from collections.abc import Callable
from pathlib import Path

import pytest

from desktop.domain.deposit import CheckReport, Conversion, Reason, Verdict
from desktop.ui.bind.deposit_binding import DepositBinding
from desktop.ui.views.deposit import DepositView
from tests.fakes import CONFORMING, COPY
from tests.ui.desk.conftest import Bench, kernel_bench, make_bench

__all__ = ["kernel_bench", "make_bench"]

PLAIN = CheckReport(Verdict.NONCONFORMING, None, None, (Reason("not_declared"),), 1)
UNSURE = CheckReport(Verdict.UNCONFIRMED, "1b", None, (), 1)
SAME = COPY
CHANGED = Conversion(b"%PDF changed copy", CONFORMING, differs=True)


class Form:
    """The form, with the words of a doctor."""

    def __init__(self, bench: Bench, folder: Path) -> None:
        self.bench, self.folder = bench, folder
        self.copies, self.asked, self.gate = bench.pdf.copies, bench.pdf.converted, bench.pdf.copy_gate
        bench.log_in()
        bench.open_record()
        bench.start_deposit("")

    @property
    def view(self) -> DepositView:
        return self.bench.deposit_view()

    @property
    def binding(self) -> DepositBinding:
        found = self.bench.desks.record.findChild(DepositBinding)
        assert found is not None
        return found

    def file(self, name: str, content: bytes = b"%PDF good", report: CheckReport | None = None) -> Path:
        """A file on disk, with the verdict that the checker gives on it."""
        path = self.folder / name
        path.write_bytes(content)
        if report is not None:
            self.bench.pdf.verdicts[content] = report
        return path

    def choose(self, path: Path) -> None:
        self.view.file_chosen.emit(path)
        self.bench.settle()

    def add(self, *paths: Path) -> None:
        self.view.files_added.emit(paths)
        self.bench.settle()

    def describe(self, title: str, category: int = 0) -> None:
        self.view._category.setCurrentIndex(category)
        self.view._title.setText(title)

    def confirm(self) -> None:
        self.view._summary.button.click()
        self.bench.settle()

    def badge(self) -> str:
        return self.view.verdict._badge.text()

    def names(self) -> list[str]:
        """Names and states of the pile."""
        pile = self.view.pile.list
        return [f"{pile.item(n).text()}: {pile.item(n).data(257)}" for n in range(pile.count())]

    def sent(self) -> dict[str, bytes]:
        """Title and bytes of what is in the outbox."""
        return {row.deposit.title: content for row, content in self.bench.store.shelf().rows.values()}


@pytest.fixture
def bench(kernel_bench: Bench) -> Bench:
    """No feature has a part in a deposit."""
    return kernel_bench


@pytest.fixture
def form(bench: Bench, tmp_path: Path) -> Form:
    return Form(bench, tmp_path)


@pytest.fixture
def form_of(make_bench: Callable[[], Bench], tmp_path: Path) -> Callable[[], Form]:
    return lambda: Form(make_bench(), tmp_path)
