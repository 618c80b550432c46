"""The print service, asked in a child: it answers, refuses, has no printer, or takes a call and is silent."""

import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from desktop.domain.errors import Code, Failure
from desktop.pdf.printers import Printers
from desktop.pdf.service import PdfService
from desktop.ports.paper import Printer, PrintOrder, Sides
from tests.fakes.cups import FakeCups, cups, hanging_cups
from tests.waiting import LIMIT_S, ended

pytestmark = pytest.mark.skipif(
    sys.platform == "win32", reason="no CUPS there; `dev.py test` installs it on Linux"
)
LETTER = b"%PDF-1.4 letter" + bytes(200_000)


@pytest.fixture
def service(monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeCups]:
    with cups("Labo", "Accueil") as made:
        monkeypatch.setenv("CUPS_SERVER", made.server)
        yield made


def test_printers_come_with_their_words_the_default_one_first(service: FakeCups) -> None:
    assert Printers().printers() == (
        Printer("Accueil", "Accueil du cabinet"),
        Printer("Labo", "Labo du cabinet"),
    )


def test_a_document_goes_whole_to_the_service_as_it_was_asked(service: FakeCups) -> None:
    order = PrintOrder("Accueil", copies=3, sides=Sides.TWO)
    assert Printers().print_on(order, LETTER) is None
    asked, sent = service.jobs
    assert sent.endswith(LETTER)
    assert b"copies" in asked and b"\x00\x00\x00\x03" in asked and b"two-sided-long-edge" in asked
    assert b"/printers/Accueil" in asked


def test_no_file_is_made_for_it(service: FakeCups, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The child may write none at all (RLIMIT_FSIZE): a print of 200 KB passes all the same."""
    empty = tmp_path / "empty"
    empty.mkdir()
    for name in ("TMPDIR", "HOME"):
        monkeypatch.setenv(name, str(empty))
    assert Printers().print_on(PrintOrder("Labo"), LETTER) is None
    assert list(empty.rglob("*")) == [] and b"sides" not in service.jobs[0]


def test_without_a_printer_it_says_so(service: FakeCups) -> None:
    service.printers = ()
    assert Printers().printers() == Failure(Code.NO_PRINTER)


def test_what_the_service_refuses_is_told(service: FakeCups) -> None:
    assert Printers().print_on(PrintOrder("gone"), LETTER) == Failure(Code.PRINT_REFUSED)
    service.refuses = True
    assert Printers().print_on(PrintOrder("Labo"), LETTER) == Failure(Code.PRINT_REFUSED)
    assert service.jobs == []


class TestSilent:
    @pytest.fixture(autouse=True)
    def silent(self, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
        with hanging_cups() as service:
            self.service = service
            monkeypatch.setenv("CUPS_SERVER", f"127.0.0.1:{service.getsockname()[1]}")
            yield

    def test_it_is_told_after_the_deadline(self) -> None:
        short = Printers(look=1.0, send=1.0)
        assert short.printers() == Failure(Code.PRINT_SERVICE_SILENT)
        assert short.print_on(PrintOrder("Labo"), LETTER) == Failure(Code.PRINT_SERVICE_SILENT)

    def test_a_lock_ends_it_at_once(self) -> None:
        pdf = PdfService()
        answers: list[object] = []
        lane = threading.Thread(target=lambda: answers.append(pdf.print_on(PrintOrder("Labo"), LETTER)))
        lane.start()
        self.service.settimeout(LIMIT_S)
        asking, _ = self.service.accept()
        pdf.wipe()
        ended(lane)
        asking.close()
        assert answers == [Failure(Code.CANCELLED)]
        pdf.close()
