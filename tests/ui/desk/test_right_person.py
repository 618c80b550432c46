"""The right person, always: what is typed on reaches nobody's record, and no visit knows the one before."""

from dataclasses import replace
from datetime import date

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QLineEdit

from desktop.domain.errors import Code, Failure
from desktop.domain.matricule import Matricule
from desktop.domain.record import DspState
from desktop.ui.typed_ahead import RUN_MS
from tests.samples.practice import mandate
from tests.ui.desk.conftest import ANNE, PAUL, Bench

NAMESAKE = replace(ANNE, id="p9", given="Annette", matricule=Matricule("1801090123456"))


def _at_search(bench: Bench) -> None:
    bench.log_in()
    bench.shell.activateWindow()
    bench.qtbot.waitUntil(bench.shell.isActiveWindow)


def _type(bench: Bench, text: str) -> None:
    """As the window system hands keys over: to the window, which knows who has the focus."""
    window = bench.shell.windowHandle()
    for letter in text:
        QTest.keyClick(window, Qt.Key.Key_Return if letter == "\r" else Qt.Key(ord(letter.upper())))


def _press_after_a_pause(bench: Bench) -> None:
    """Space, from who has read what came; nothing waits for it, the key's own time says so."""
    ahead = bench.shell.stack.typed_ahead
    for kind in (QEvent.Type.KeyPress, QEvent.Type.KeyRelease):
        space = QKeyEvent(kind, Qt.Key.Key_Space, Qt.KeyboardModifier.NoModifier, " ")
        space.setTimestamp((ahead._typed_ms or 0) + RUN_MS + 1)
        QCoreApplication.sendEvent(bench.shell.windowHandle(), space)


def _focus(bench: Bench) -> str:
    widget = QApplication.focusWidget()
    return widget.objectName() if widget is not None else ""


def _ticked(bench: Bench) -> bool:
    return bench.find_a(QAbstractButton, "identity-confirm").isChecked()


def _field(bench: Bench) -> QLineEdit:
    return bench.find_a(QLineEdit, "search-field")


def _tick(bench: Bench) -> None:
    bench.find_a(QAbstractButton, "identity-confirm").setChecked(True)


def test_typing_on_after_a_search_opens_no_hit(bench: Bench) -> None:
    """A second Enter searches again, a text goes on in the field; ↓ leads to the first, Enter opens."""
    bench.platform.people = (ANNE, NAMESAKE)
    _at_search(bench)
    _type(bench, "muller\r")
    bench.settle()
    assert _focus(bench) == "search-field" and bench.find("search-result-0").isVisible()
    _type(bench, "\r")
    bench.settle()
    assert bench.shell.page() == "home" and bench.find("search-result-0").isVisible()
    _type(bench, " annette")
    bench.settle()
    assert bench.shell.page() == "home" and _field(bench).text() == "muller annette"
    QTest.keyClick(bench.shell.windowHandle(), Qt.Key.Key_Down)
    assert _focus(bench) == "search-result-0"
    _type(bench, "\r")
    bench.settle()
    assert bench.shell.page() == "identity" and bench.words_of("identity-name") == ANNE.name


def test_letters_typed_on_a_result_return_to_the_field(bench: Bench) -> None:
    bench.platform.people = (ANNE, NAMESAKE)
    _at_search(bench)
    _type(bench, "muller\r")
    bench.settle()
    QTest.keyClick(bench.shell.windowHandle(), Qt.Key.Key_Down)
    _type(bench, " ")
    assert bench.shell.page() == "home" and _focus(bench) == "search-field"


def test_a_letter_typed_on_any_row_of_home_returns_to_the_field(bench: Bench) -> None:
    _at_search(bench)
    bench.open_record()
    bench.desks.record.close()
    bench.settle()
    row = bench.find_a(QAbstractButton, "recent-patient-0")
    row.setFocus()
    _type(bench, " ")
    assert bench.shell.page() == "home" and _field(bench).text() == " "
    row.setFocus()
    _type(bench, "s")
    assert _field(bench).text() == " s" and _focus(bench) == "search-field"


def test_typing_on_ticks_no_identity_and_sends_no_code(bench: Bench) -> None:
    """One hit is shown at once: Space stands on the box, and Enter would open what runs already."""
    bench.platform.mandates["p2"] = mandate()
    bench.platform.people = (PAUL,)
    _at_search(bench)
    _type(bench, "Schmit\r")
    bench.settle()
    assert bench.shell.page() == "identity" and _focus(bench) == "identity-confirm"
    _type(bench, " Anne \r")
    bench.settle()
    assert not _ticked(bench) and bench.shell.page() == "identity"
    _press_after_a_pause(bench)
    assert _ticked(bench)


def test_the_identity_page_forgets_its_last_visit(bench: Bench) -> None:
    _at_search(bench)
    bench.identify()
    _tick(bench)
    QTest.keyClicks(bench.identity_view().field, "CODE")
    bench.shell.back_asked.emit()
    bench.settle()
    assert bench.shell.page() == "home"
    bench.identify()
    assert not _ticked(bench) and bench.identity_view().field.characters() == 0
    assert _focus(bench) == "identity-confirm"


def test_a_refusal_is_forgotten_by_the_next_visit_and_can_be_undone(bench: Bench) -> None:
    """CF-008: nobody is urged; but a slip of the hand is no refusal."""
    _at_search(bench)
    bench.identify()
    bench.click("patient-refuses")
    assert not bench.find("open-record-button").isVisible() and _focus(bench) == "identity-back"
    bench.click("identity-refused-act")
    assert bench.find("code-field").isVisible() and not bench.find("identity-refused").isVisible()
    bench.click("patient-refuses")
    bench.shell.back_asked.emit()
    bench.settle()
    bench.identify()
    assert bench.find("code-field").isVisible() and not bench.find("identity-refused").isVisible()


@pytest.mark.parametrize("way", ["left", "locked"])
def test_cf009_to_leave_and_come_back_is_no_way_round_a_pause(bench: Bench, way: str) -> None:
    bench.platform.refused_codes = [Failure.of(Code.PRESENCE_LOCKED, retry_after=900, minutes=15)]
    _at_search(bench)
    bench.identify()
    _tick(bench)
    bench.give_code(b"WRONG")
    bench.settle()
    assert "15:00" in bench.words_of("code-wait")
    if way == "left":
        bench.shell.back_asked.emit()
        bench.settle()
        bench.identify(PAUL)
        assert not bench.find("code-wait").isVisible(), "another patient's codes are his own"
        bench.identify()
    else:
        bench.pull()
        bench.settle()
        bench.unlock()
    assert bench.shell.page() == "identity" and not _ticked(bench)
    _tick(bench)
    assert "Code bloqué" in bench.words_of("code-wait") and not bench.find("code-field").isEnabled()
    bench.clock.run_for(901)
    bench.identify()
    _tick(bench)
    assert bench.find("code-field").isEnabled()


def test_cf009_each_wrong_code_slows_more_also_on_another_visit(bench: Bench) -> None:
    _at_search(bench)
    for pause in ("", "0:03", "0:10", "0:30", "0:30"):
        bench.identify()
        _tick(bench)
        bench.give_code(b"WRONG")
        bench.settle()
        assert pause in bench.words_of("code-wait") if pause else not bench.find("code-wait").isVisible()
        bench.clock.run_for(31)
    bench.identify()
    _tick(bench)
    bench.give_code()
    bench.settle()
    assert bench.shell.page() == "record"
    bench.desks.record.close()
    bench.settle()
    bench.identify()
    _tick(bench)
    bench.give_code(b"WRONG")
    bench.settle()
    assert not bench.find("code-wait").isVisible(), "the right code ends the count"


def test_cf014_the_next_professional_does_not_inherit_a_count(bench: Bench) -> None:
    bench.platform.refused_codes = [Failure.of(Code.PRESENCE_LOCKED, retry_after=900, minutes=15)]
    _at_search(bench)
    bench.identify()
    bench.give_code(b"WRONG")
    bench.settle()
    bench.desks.session.log_out()
    bench.settle()
    bench.log_in()
    bench.identify()
    assert not bench.find("code-wait").isVisible()


def test_cf082_a_minor_and_his_representative_stand_on_the_page(bench: Bench) -> None:
    child = replace(ANNE, birth_date=date(2014, 5, 12))
    bench.platform.people = (child,)
    bench.log_in()
    bench.identify(child)
    assert bench.words_of("identity-minor") == "Mineur" and bench.find("identity-minor").isVisible()
    said = bench.words_of("identity-representative")
    assert "représentant légal" in said and "compte de l'enfant" in said and "code demandé" in said
    assert bench.find("code-field").accessibleName() == "Code de présence de l'enfant"
    bench.platform.mandates["p1"] = mandate()
    bench.identify(child)
    said = bench.words_of("identity-representative")
    assert "compte de l'enfant" in said and "code" not in said, "no code is asked"
    bench.identify(PAUL)
    assert not bench.find("identity-minor").isVisible()
    assert not bench.find("identity-representative").isVisible()


def test_nothing_can_be_opened_of_a_closed_dsp_and_enter_leads_back(bench: Bench) -> None:
    closed = replace(ANNE, dsp=DspState.CLOSED)
    bench.platform.people = (closed,)
    _at_search(bench)
    bench.identify(closed)
    assert _focus(bench) == "identity-back"
    assert "révoquée" in bench.words_of("identity-closed-text") + bench.words_of("identity-closed-next")


def test_in_a_low_window_the_name_stands_in_sight_of_the_box(bench: Bench) -> None:
    """1366×768 at 200 %, a minor: who it is, and the box that says so, without scrolling."""
    child = replace(ANNE, birth_date=date(2014, 5, 12))
    bench.platform.people = (child,)
    bench.shell.resize(683, 344)
    _at_search(bench)
    bench.identify(child)

    def in_sight() -> bool:
        parts = [
            bench.find(name)
            for name in (
                "identity-name",
                "identity-born",
                "identity-confirm",
                "code-field",
                "open-record-button",
            )
        ]
        return all(part.visibleRegion().boundingRect().size() == part.size() for part in parts)

    bench.qtbot.waitUntil(in_sight)
