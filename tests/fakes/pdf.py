"""PDF work in memory, without a child."""

from collections.abc import Mapping

from desktop.domain.deposit import CheckReport, Conversion, Verdict
from desktop.domain.errors import Code, Failure, Result
from desktop.domain.proposal import FileHints
from desktop.ports.paper import Printer, PrintOrder
from desktop.ports.pdf import (
    CopyWords,
    DocumentWriterPort,
    Hit,
    OpenedPdf,
    PageImage,
    PageText,
    PdfCopy,
    PdfPort,
)
from tests.fakes.gate import Gate, Log

CONFORMING = CheckReport(Verdict.CONFORMING, "1b", "1b", (), 1)
COPY = Conversion(b"%PDF-1.4 copy", CONFORMING, differs=False)


class FakePdf(PdfPort):
    """Every document has the same *pages*, each with « bilan » once; *failure*: none can be opened.

    ``verdicts`` are by what a content begins with; ``copies`` by content. The gates hold checks, copies, and
    all that is asked of the print service; ``found`` are its printers, ``taken`` how it takes a document.
    """

    def __init__(self, pages: int = 3, failure: Failure | None = None, log: Log | None = None) -> None:
        self.sizes = ((595.0, 842.0),) * pages
        self.failure = failure
        self.log = [] if log is None else log
        self.calls: list[str] = []
        self.opened: list[bytes] = []
        self.rendered: list[tuple[int, int, int]] = []
        self.verdicts: dict[bytes, Result[CheckReport]] = {}
        self.copies: dict[bytes, Result[Conversion]] = {}
        self.hinted: dict[bytes, Result[FileHints]] = {}
        self.converted: list[tuple[str, bool]] = []
        self.copied: list[CopyWords] = []
        self.kept: Result[PdfCopy] | None = None
        self.gate = Gate()
        self.copy_gate = Gate()
        self.print_gate = Gate()
        self.found: Result[tuple[Printer, ...]] = (Printer("accueil", "Accueil"),)
        self.taken: Result[None] = None
        self.printed: list[tuple[PrintOrder, bytes]] = []

    def warm(self) -> None:
        self.calls.append("warm")

    def check(self, content: bytes) -> Result[CheckReport]:
        self.gate.passes()
        for start, verdict in self.verdicts.items():
            if content.startswith(start):
                return verdict
        return CONFORMING if content.startswith(b"%PDF") else Failure(Code.FILE_NOT_PDF)

    def hints(self, content: bytes) -> Result[FileHints]:
        return self.hinted.get(content, FileHints())

    def convert(self, content: bytes, name: str, *, signature_may_go: bool = False) -> Result[Conversion]:
        self.converted.append((name, signature_may_go))
        self.copy_gate.passes()
        return self.copies.get(content, COPY)

    def open(self, content: bytes) -> Result[OpenedPdf]:
        self.calls.append("open")
        self.opened.append(content)
        return self.failure or OpenedPdf(1, self.sizes)

    def page_image(self, opened: OpenedPdf, page: int, width: int, rotation: int) -> Result[PageImage]:
        self.rendered.append((page, width, rotation))
        across, down = self.sizes[page] if rotation in (0, 180) else self.sizes[page][::-1]
        height = round(width * down / across)
        return PageImage(page, width, height, width * 4, b"\xff" * (width * height * 4))

    def page_text(self, opened: OpenedPdf, page: int) -> Result[PageText]:
        words = f"Page {page + 1} bilan sanguin"
        boxes = tuple((72 + 6.0 * i, 72.0, 78 + 6.0 * i, 84.0) for i in range(len(words)))
        return PageText(page, words, boxes)

    def find(self, opened: OpenedPdf, words: str) -> Result[tuple[Hit, ...]]:
        if words.lower() not in "bilan sanguin":
            return ()
        return tuple(Hit(page, 7, ((114.0, 72.0, 144.0, 84.0),)) for page in range(len(self.sizes)))

    def copy(self, opened: OpenedPdf, words: CopyWords) -> Result[PdfCopy]:
        self.copied.append(words)
        self.copy_gate.passes()
        return self.kept or PdfCopy(b"%PDF-1.4 copy\n" + "\n".join(words.feet).encode())

    def release(self, opened: OpenedPdf) -> None:
        self.calls.append("release")

    def printers(self) -> Result[tuple[Printer, ...]]:
        self.calls.append("printers")
        self.print_gate.passes()
        return self.found

    def print_on(self, order: PrintOrder, content: bytes) -> Result[None]:
        self.print_gate.passes()
        self.printed.append((order, content))
        return self.taken

    def wipe(self) -> None:
        self.calls.append("wipe")
        self.log.append("pages wiped")
        self.gate.open()
        self.print_gate.open()

    def close(self) -> None:
        self.calls.append("close")


class FakeWriter(DocumentWriterPort):
    """Remembers what it was given; *failure*: it could not. The gate holds what is being written."""

    def __init__(self) -> None:
        self.failure: Failure | None = None
        self.written: list[tuple[str, str, Mapping[str, object]]] = []
        self.gate = Gate()

    def write(self, template: str, language: str, data: Mapping[str, object]) -> Result[bytes]:
        self.written.append((template, language, data))
        self.gate.passes()
        return self.failure or b"%PDF-1.4 leaflet"

    def close(self) -> None:
        """Nothing is under way."""
