"""« Mes accès » on the screen."""

from pytestqt.qtbot import QtBot

from desktop.domain.record import Trace
from desktop.features.accesses.service import Accesses
from desktop.features.accesses.view import AccessesModel, AccessesView
from desktop.services.known_names import Names
from tests.ui.views import samples


def test_accesses_show_exactly_the_traces(qtbot: QtBot) -> None:
    """CF-065."""
    view = AccessesView()
    qtbot.addWidget(view)
    traces = tuple(
        Trace(str(n), samples.NOW, "Dr W", "lecture", "consultation", "x", "p1", f"d{n}", n != 1)
        for n in range(3)
    )
    view.show_state(AccessesModel(Accesses(traces, Names({"p1": "MULLER Anne"}, {}))))
    assert view.table.rowCount() == 3
    assert [view.table.item(n, 3).text() for n in range(3)] == ["d0", "d1", "d2"]
    assert view.table.item(0, 2).text() == "MULLER Anne"
    assert view.table.item(1, 5).text() == "refusé"
