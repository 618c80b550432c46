"""Esc, « Retour » and « Patients » in the whole window; the rule itself is tests/ui/test_way_back.py."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from desktop.ui.shell_menus import UserAct
from tests.answers import present
from tests.ui.desk.conftest import Bench


def _beside(bench: Bench, act: UserAct) -> None:
    bench.shell.user_act_chosen.emit(act)
    bench.settle()


def _escape(bench: Bench) -> str:
    """Esc where the focus is, as a user types it."""
    QTest.keyClick(present(bench.shell.stack.currentWidget()), Qt.Key.Key_Escape)
    bench.settle()
    return bench.shell.page()


def test_my_card_over_the_form_leads_back_to_the_form(bench: Bench) -> None:
    """Nothing typed is lost, and nothing has to be opened again."""
    bench.log_in()
    bench.open_record()
    bench.start_deposit("Texte jamais perdu")
    _beside(bench, UserAct.CARD)
    assert bench.shell.page() == "card"
    assert _escape(bench) == "deposit" and bench.title_field().text() == "Texte jamais perdu"
    assert _escape(bench) == "record"
    assert _escape(bench) == "home" and bench.desks.record.patient is None


def test_about_over_the_identity_leads_back_to_it(bench: Bench) -> None:
    bench.log_in()
    bench.identify()
    _beside(bench, UserAct.ABOUT)
    assert _escape(bench) == "identity"
    assert _escape(bench) == "home" and bench.desks.record.patient is None


def test_the_outbox_leads_back_to_the_open_record(bench: Bench) -> None:
    bench.log_in()
    bench.open_record()
    bench.shell.page_chosen.emit("outbox")
    assert _escape(bench) == "record" and bench.desks.record.record is not None
    bench.shell.page_chosen.emit("outbox")
    bench.shell.page_chosen.emit("home")
    assert bench.shell.page() == "record", "« Patients » is the open record"


def test_a_feature_of_the_user_menu_leads_back_where_one_was(bench: Bench) -> None:
    bench.log_in()
    bench.open_record()
    bench.start_deposit("Texte jamais perdu")
    bench.shell.page_chosen.emit("accesses")
    bench.settle()
    assert bench.shell.page() == "accesses"
    bench.click("accesses-back")
    assert bench.shell.page() == "deposit"


def test_search_leaves_the_record_from_anywhere(bench: Bench) -> None:
    """Ctrl+K; the home page shows this record as opened today."""
    bench.log_in()
    bench.open_record()
    _beside(bench, UserAct.CARD)
    bench.shell.search_asked.emit()
    bench.settle()
    assert bench.shell.page() == "home" and bench.desks.record.patient is None
    assert "MULLER" in bench.visible()


@pytest.mark.parametrize("way", ["esc", "home", "outbox"])
def test_leaving_the_form_keeps_its_draft(bench: Bench, way: str) -> None:
    """By any way; at once, not when the draft's timer comes."""
    bench.log_in()
    bench.open_record()
    bench.start_deposit("Texte jamais perdu")
    if way == "esc":
        assert _escape(bench) == "record"
    else:
        bench.shell.page_chosen.emit(way)
        bench.settle()
        assert bench.shell.page() == ("record" if way == "home" else "outbox")
    draft, _ = bench.store.shelf().drafts["p1"]
    assert [d.title for d in draft.documents] == ["Texte jamais perdu"]


@pytest.mark.parametrize("page", ["login", "lock"])
def test_a_gate_has_no_way_back(bench: Bench, page: str) -> None:
    """CF-017: neither Esc nor a tab nor Ctrl+K leads past it."""
    if page == "lock":
        bench.log_in()
        bench.open_record()
        bench.desks.session.lock()
        bench.settle()
    assert bench.shell.page() == page
    assert _escape(bench) == page
    for ask in (
        bench.shell.back_asked.emit,
        bench.shell.search_asked.emit,
        lambda: bench.shell.page_chosen.emit("home"),
        bench.shell.state_bar.outbox_asked.emit,
    ):
        ask()
        assert bench.shell.page() == page


def test_esc_closes_an_open_panel_first(bench: Bench) -> None:
    bench.log_in()
    bench.open_record()
    bench.shell.show_keys()
    assert bench.shell.overlay.isVisible()
    QTest.keyClick(bench.shell, Qt.Key.Key_Escape)
    assert not bench.shell.overlay.isVisible() and bench.shell.page() == "record"


def test_ctrl_tab_goes_round_the_tabs_and_is_nothing_at_the_login(bench: Bench) -> None:
    def step(back: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> str:
        QTest.keyClick(bench.shell, Qt.Key.Key_Tab, Qt.KeyboardModifier.ControlModifier | back)
        bench.settle()
        return bench.shell.page()

    before = bench.shell.page()
    assert step() == before
    bench.log_in()
    bench.shell.activateWindow()
    tabs = [step()]
    while tabs[-1] != "home":
        tabs.append(step())
    assert "outbox" in tabs and len(set(tabs)) == len(tabs)
    assert step(Qt.KeyboardModifier.ShiftModifier) == ([*tabs[:-1]] or ["home"])[-1]


def test_esc_closes_the_viewer_before_the_record_wherever_the_keyboard_is(bench: Bench) -> None:
    bench.log_in()
    bench.open_record()
    view = bench.record_view()
    view.open_document("d1")
    bench.settle()
    assert view.viewer.isVisible()
    view.banner.close_button.setFocus()
    QTest.keyClick(bench.shell, Qt.Key.Key_Escape)
    assert bench.shell.page() == "record" and not view.viewer.isVisible()
    QTest.keyClick(bench.shell, Qt.Key.Key_Escape)
    bench.settle()
    assert bench.shell.page() == "home"
