"""The short form of the fuzz of PDF files; the long one is ``tests/fuzz/pdf_files.py``."""

from desktop.pdf.service import PdfService
from tests.fuzz.pdf_files import LIMITS, run

SHORT = 60


def test_damaged_files_are_answered_and_the_program_goes_on() -> None:
    service = PdfService(LIMITS)
    try:
        answers, wrong = run(SHORT, 7, service)
    finally:
        service.close()
    assert wrong == []
    assert sum(answers.values()) >= 2 * SHORT
    assert answers["checked"] > SHORT / 2
