"""Hostile files: every case is answered within its limit, and the program goes on."""

from collections.abc import Iterator

import pytest

from desktop.domain.deposit import CheckReport, Verdict
from desktop.domain.errors import Code, Failure
from desktop.pdf.service import PdfService
from tests.unit.pdf.impatience import PATIENT, impatient
from tests.unit.pdf.pdf_samples import hostile, letter

TOLD = {Code.FILE_UNSAFE, Code.FILE_UNREADABLE, Code.FILE_LOCKED, Code.FILE_NOT_PDF, Code.RENDER_FAILED}


@pytest.fixture(scope="module")
def service() -> Iterator[PdfService]:
    made = PdfService(PATIENT)
    yield made
    made.close()


@pytest.mark.parametrize("name", list(hostile()))
def test_a_hostile_file_is_answered(service: PdfService, name: str) -> None:
    with impatient(service, check=3, open=3, page=2):
        _answered(service, hostile()[name])
    after = service.check(letter())
    assert isinstance(after, CheckReport)
    assert after.confirmed == "1b"


def _answered(service: PdfService, content: bytes) -> None:
    report = service.check(content)
    if isinstance(report, Failure):
        assert report.code in TOLD
    else:
        assert report.verdict is not Verdict.CONFORMING
    document = service.open(content)
    if isinstance(document, Failure):
        assert document.code in TOLD
    else:
        picture = service.page_image(document, 0, 400, 0)
        assert not isinstance(picture, Failure) or picture.code in TOLD
        service.release(document)
