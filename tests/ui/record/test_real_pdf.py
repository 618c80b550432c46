"""The viewer on the real render child."""

import io
from collections.abc import Iterator

import pytest
from pytestqt.qtbot import QtBot
from reportlab.pdfgen.canvas import Canvas

from desktop.pdf.service import PdfService
from desktop.ui.record.viewer import Viewer
from desktop.ui.tasks import Tasks
from tests.answers import present
from tests.fakes import FakeController
from tests.samples.record import documents
from tests.unit.pdf.impatience import PATIENT


@pytest.fixture(scope="module")
def service() -> Iterator[PdfService]:
    made = PdfService(PATIENT)
    yield made
    made.close()


def a_pdf() -> bytes:
    file = io.BytesIO()
    canvas = Canvas(file, pagesize=(595, 842))
    for number in (1, 2):
        canvas.drawString(72, 700, f"Hémoglobine, page {number}")
        canvas.rect(100, 300, 200, 100, fill=1)
        canvas.showPage()
    canvas.save()
    return file.getvalue()


def test_page_text_search_and_picture(service: PdfService, qtbot: QtBot, tasks: Tasks) -> None:
    controller = FakeController(pdf=service, content=a_pdf())
    viewer = Viewer(tasks)
    viewer.attach(controller)
    qtbot.addWidget(viewer)
    viewer.resize(700, 700)
    viewer.show()
    with qtbot.waitSignal(viewer.first_page_shown):
        viewer.show_document(documents(20)[0])
    assert viewer.pages.page_count() == 2
    viewer.search.words.setText("hemoglobine")
    viewer.show_search()
    viewer.search._enter()
    qtbot.waitUntil(lambda: viewer.search.count.text() == "1 sur 2")
    placed = present(viewer.pages._layout.placed(0))
    left, top, right, bottom = viewer.pages._layout.to_view(placed, (150.0, 480.0, 200.0, 500.0))
    picture = viewer.pages.viewport().grab().toImage()
    _, scrolled = viewer.pages._offset()
    inside = picture.pixelColor(round((left + right) / 2), round((top + bottom) / 2) - scrolled)
    assert inside.lightness() < 60, "the black rectangle stands where the page says"
    qtbot.waitUntil(lambda: len(controller.indexed) == 1)
    assert "Hémoglobine, page 2" in controller.indexed[0]
    viewer.clear()
