"""« Déposer » is offered only where a mandate allows it, and no word is said of what nobody knows."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QAbstractButton, QWidget

from desktop.domain.catalog import Profile
from desktop.domain.errors import Code, Failure
from desktop.domain.record import DspState
from tests.samples.practice import ACCOUNT
from tests.ui.desk.conftest import ANNE, Bench


def _offers(bench: Bench) -> set[str]:
    """Every way to a deposit that can be seen."""
    seen = {
        name
        for name in ("record-deposit", "record-empty-act")
        if (button := bench.shell.findChild(QAbstractButton, name)) is not None and button.isVisible()
    }
    viewer = bench.record_view().viewer
    action = viewer.findChild(QAction, "viewer-new-version")
    assert action is not None
    return seen | ({"viewer-new-version"} if viewer.isVisible() and action.isVisible() else set())


def _open_own(bench: Bench) -> None:
    bench.identify(bench.platform.people[0])
    bench.click("own-documents")
    bench.settle()
    assert bench.shell.page() == "record"


def _refuse(bench: Bench) -> None:
    bench.identify()
    bench.click("patient-refuses")
    bench.click("own-documents")
    bench.settle()


def _closed(bench: Bench) -> None:
    bench.platform.people = (replace(ANNE, dsp=DspState.CLOSED),)
    _open_own(bench)


def _inactive(bench: Bench) -> None:
    bench.platform.people = (replace(ANNE, dsp=DspState.INACTIVE),)
    _open_own(bench)


def _without_category(bench: Bench) -> None:
    """A mandate, and a profession that deposits nothing (CF-027)."""
    bench.open_record()


WAYS: dict[str, Callable[[Bench], None]] = {
    "own documents": _open_own,
    "after a refusal": _refuse,
    "a closed DSP": _closed,
    "an inactive DSP": _inactive,
    "a profession that deposits nothing": _without_category,
}


@pytest.mark.parametrize("way", list(WAYS))
@pytest.mark.parametrize("documents", ["some", "none"])
def test_without_a_right_nothing_leads_to_a_deposit(bench: Bench, way: str, documents: str) -> None:
    if way == "a profession that deposits nothing":
        bench.platform.accounts["H1"] = replace(ACCOUNT, profile=Profile.LABORANTIN)
    if documents == "none":
        bench.platform.records["p1"] = ()
    bench.log_in()
    WAYS[way](bench)
    view = bench.record_view()
    for document in view.loader.documents:
        view.open_document(document.id)
        bench.settle()
    assert _offers(bench) == set()
    view.deposit_requested.emit(None)  # whatever asks for it
    bench.settle()
    assert bench.shell.page() == "record"


def test_with_a_mandate_it_is_offered(bench: Bench) -> None:
    """The control: each way is there, and leads to the form."""
    bench.log_in()
    bench.open_record()
    view = bench.record_view()
    view.open_document("d2")
    bench.settle()
    assert _offers(bench) == {"record-deposit", "viewer-new-version"}
    bench.platform.records["p1"] = ()
    view.close_document()
    view.refresh()
    bench.settle()
    bench.qtbot.waitUntil(lambda: _offers(bench) == {"record-deposit", "record-empty-act"})
    bench.click("record-empty-act")
    bench.settle()
    assert bench.shell.page() == "deposit"


_GUESSES = ("autres documents", "0 document", "Pas de résumé", "Rien de nouveau")


def _said(bench: Bench) -> str:
    return bench.visible().replace("\\xa0", " ").replace("\u00a0", " ")


def test_cf026_a_list_that_did_not_come_is_not_called_empty(bench: Bench) -> None:
    bench.log_in()
    bench.platform.answers["documents"] = Failure(Code.PLATFORM_ERROR)
    bench.open_record()
    bench.qtbot.waitUntil(lambda: bench.find("record-message").isVisible())
    said = _said(bench)
    assert [word for word in (*_GUESSES, "Aucun document") if word in said] == []
    bench.platform.answers.clear()
    bench.platform.records["p1"] = ()
    bench.click("record-message-act")
    bench.settle()
    bench.qtbot.waitUntil(lambda: "Aucun document que vous puissiez lire" in _said(bench))
    assert "autres documents" not in _said(bench) and "0 document" not in _said(bench)


def test_cf026_while_the_list_is_on_its_way_nothing_is_said_of_it(bench: Bench) -> None:
    bench.log_in()
    bench.identify()
    bench.platform.held.add("documents")
    bench.platform.gate.shut()
    bench.give_code()
    bench.qtbot.waitUntil(lambda: bench.shell.page() == "record")
    bench.qtbot.waitUntil(lambda: bench.find_a(QWidget, "document-list").isVisible())
    said = _said(bench)
    assert [word for word in (*_GUESSES, "Aucun document") if word in said] == []
    bench.platform.gate.open()
    bench.settle()
    bench.qtbot.waitUntil(lambda: "2 documents" in _said(bench))
    assert "Pas de résumé patient visible" in _said(bench)


def test_own_documents_are_called_so(bench: Bench) -> None:
    bench.platform.records["p1"] = ()
    bench.log_in()
    _open_own(bench)
    bench.qtbot.waitUntil(lambda: "Vous n'avez déposé aucun document dans ce dossier" in _said(bench))
    assert [word for word in _GUESSES if word in _said(bench)] == [], "others have theirs"
