"""PDF work in memory."""

from desktop.domain.deposit import CheckReport, Conversion, Verdict
from desktop.domain.errors import Code, Failure, Result
from tests.fakes.gate import Gate, Log
from tests.ui.record.fakes import FakePdf

CONFORMING = CheckReport(Verdict.CONFORMING, "1b", "1b", (), 1)


class FakeWorkshop(FakePdf):
    """Renders like :class:`FakePdf`; checks by what a content begins with; notes its wipes."""

    def __init__(self, log: Log) -> None:
        super().__init__(pages=1)
        self.log = log
        self.verdicts: dict[bytes, Result[CheckReport]] = {}
        self.gate = Gate()

    def check(self, content: bytes) -> Result[CheckReport]:
        self.gate.passes()
        for start, verdict in self.verdicts.items():
            if content.startswith(start):
                return verdict
        return CONFORMING if content.startswith(b"%PDF") else Failure(Code.FILE_NOT_PDF)

    def convert(self, content: bytes, name: str, *, signature_may_go: bool = False) -> Result[Conversion]:
        return Conversion(b"%PDF-1.4 copy", CONFORMING, differs=False)

    def wipe(self) -> None:
        self.log.append("pages wiped")
        self.gate.open()


class FakeWriter:
    """Writes a leaflet."""

    def write(self, template: str, language: str, data: object) -> Result[bytes]:
        return b"%PDF-1.4 leaflet"
