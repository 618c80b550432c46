"""Opens original and copy for the comparison; both are drawn by the render children."""

from PySide6.QtCore import QObject

from desktop.domain.deposit import Conversion
from desktop.domain.errors import Code, Failure, Result
from desktop.domain.texts import failure_text, text
from desktop.ports.pdf import OpenedPdf, PdfPagesPort
from desktop.ui.bind.deposit_entry import DepositEntry
from desktop.ui.record.page_source import PageSource
from desktop.ui.tasks import Generation, Lane, Tasks
from desktop.ui.views.deposit import DepositView

_Pair = tuple[Result[OpenedPdf], Result[OpenedPdf]]


class CompareBinding(QObject):
    """One comparison at a time."""

    def __init__(self, tasks: Tasks, pdf: PdfPagesPort, view: DepositView, parent: QObject) -> None:
        super().__init__(parent)
        self._tasks, self._pdf, self._view = tasks, pdf, view
        self._generation = Generation()

    def show(self, entry: DepositEntry) -> None:
        """Original and copy of *entry* side by side."""
        file = entry.file
        if file is None or file.conversion is None:
            return
        self._generation.bump()
        self._view.compare.begin(file.name, file.conversion, decided=file.using_copy)
        self._view.show_comparison()
        pdf, original, copy = self._pdf, entry.original, file.conversion
        self._tasks.run(
            Lane.PDF,
            lambda: (pdf.open(original), pdf.open(copy.content)),
            lambda pair: self._arrived(copy, pair),
            owner=self,
            generation=self._generation,
        )

    def leave(self) -> None:
        """Forget both."""
        self._generation.bump()
        self._view.leave_comparison()

    def _arrived(self, copy: Conversion, pair: _Pair | Failure) -> None:
        both = (pair, pair) if isinstance(pair, Failure) else pair
        self._view.compare.show_pages(self._side(both[0]), self._side(both[1]))

    def _side(self, opened: Result[OpenedPdf]) -> PageSource | str:
        if not isinstance(opened, Failure):
            return PageSource(self._tasks, self._pdf, opened, self)
        if opened.code in (Code.FILE_NOT_PDF, Code.FILE_KIND_UNKNOWN):
            return text("deposit.compare_elsewhere")
        return failure_text(opened)
