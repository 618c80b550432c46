"""« Mes accès » on the screen (CF-065)."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QTableWidget
from pytestqt.qtbot import QtBot

from desktop.domain.errors import Code, Failure
from desktop.domain.record import Level
from desktop.features.accesses.feature import ACCESSES
from desktop.features.accesses.service import Accesses
from desktop.features.accesses.view import AccessesModel, AccessesView
from desktop.services.known_names import Names
from desktop.ui.theme import Role, color
from desktop.ui.widgets.badged_cell import BADGES
from tests.ui.views.test_trace_words import BILAN, TRACE

NAMES = Names({"p1": "MULLER Anne"}, {"d1": BILAN}, {})


@pytest.fixture
def view(qtbot: QtBot) -> AccessesView:
    made = AccessesView()
    qtbot.addWidget(made)
    made.resize(1024, 600)
    made.show()
    return made


def _line(table: QTableWidget, number: int) -> list[str]:
    cells = (table.item(number, column) for column in range(table.columnCount()))
    return [cell.text() if cell is not None else "" for cell in cells]


def test_a_line_an_act_in_words_and_local_time(view: AccessesView) -> None:
    summer = replace(TRACE, when=datetime(2026, 7, 1, 22, 30, tzinfo=UTC), document_id="d9", succeeded=False)
    winter = replace(TRACE, when=datetime(2026, 11, 17, 22, 30, tzinfo=UTC))
    view.show_state(AccessesModel(Accesses((winter, summer), NAMES)))
    assert view.table.rowCount() == 2
    read = "Lecture d'un document"
    first = ["17.11.2026 23:30", read, "MULLER Anne", "Bilan sanguin", "consultation", "fait"]
    assert _line(view.table, 0) == first
    second = ["02.07.2026 00:30", read, "MULLER Anne", "document d9", "consultation", "refusé"]
    assert _line(view.table, 1) == second


def test_every_key_that_f1_names_works(view: AccessesView, qtbot: QtBot) -> None:
    (page,) = ACCESSES.pages
    assert [hint.key for hint in page.keys] == ["F5"]
    view.focus_first()
    qtbot.waitUntil(view.table.hasFocus)
    with qtbot.waitSignal(view.refresh_asked):
        QTest.keyClick(view.table, Qt.Key.Key_F5)


@pytest.mark.parametrize("level", [Level.STANDARD, Level.ANNONCE])
def test_long_words_go_on_in_further_lines(view: AccessesView, qtbot: QtBot, level: Level) -> None:
    """At the smallest window nothing is cut off, a badge neither, and nothing has to be scrolled sideways."""
    title = "Compte rendu d'hospitalisation du service de cardiologie, avec le bilan de sortie"
    long = replace(TRACE, action="level-change", change="standard→confidentiel", role="cercle-medical")
    names = Names(NAMES.patients, {"d1": replace(BILAN, title=title, level=level)}, {})
    view.show_state(AccessesModel(Accesses((long, replace(TRACE, document_id="")), names)))
    qtbot.waitUntil(lambda: view.table.rowHeight(0) > view.table.rowHeight(1))
    assert view.table.horizontalScrollBar().maximum() == 0
    metrics = view.table.fontMetrics()
    inner = view.table.columnWidth(3) - 16
    box = metrics.boundingRect(0, 0, inner, 1000, Qt.TextFlag.TextWordWrap, title)
    badge = 23 if level is Level.ANNONCE else 0
    assert view.table.rowHeight(0) >= box.height() + badge


def test_cf042_a_masked_document_carries_its_badge(view: AccessesView) -> None:
    masked = Names({}, {"d1": replace(BILAN, level=Level.ANNONCE)}, {})
    view.show_state(AccessesModel(Accesses((TRACE,), masked)))
    item = view.table.item(0, 3)
    assert item is not None and item.data(BADGES) == (("masqué au patient", "warning"),)
    assert item.data(Qt.ItemDataRole.AccessibleTextRole) == "Bilan sanguin, masqué au patient"
    picture = view.table.viewport().grab().toImage()
    view.show_state(AccessesModel(Accesses((TRACE,), NAMES)))
    plain = view.table.item(0, 3)
    assert plain is not None and plain.data(BADGES) is None
    assert _has(picture, Role.WARNING_SOFT) and not _has(
        view.table.viewport().grab().toImage(), Role.WARNING_SOFT
    )


def _has(picture: QImage, role: Role) -> bool:
    """Whether a part of *picture* is painted in it."""
    wanted = color(role).rgb()
    return any(picture.pixel(x, y) == wanted for x in range(picture.width()) for y in range(60))


def test_a_failure_is_shown_with_its_next_step(view: AccessesView) -> None:
    view.show_state(AccessesModel(failure=Failure(Code.OFFLINE)))
    assert view._message.isVisible() and view.table.rowCount() == 0
    view.show_state(AccessesModel(loading=True))
    assert not view._message.isVisible()
