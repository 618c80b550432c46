"""What stands between a doctor and a login, played on the whole window."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QPlainTextEdit, QPushButton

from desktop.domain.card import (
    CardInfo,
    KeypadSetting,
    ModuleReport,
    PinState,
    Reader,
    ReaderSnapshot,
    SlotState,
)
from desktop.domain.errors import Code, Failure
from desktop.domain.pin_askers import AskerRule, PinAskers
from desktop.domain.texts import Language, failure_next_step, failure_text
from desktop.services.session import SessionState
from desktop.ui.shell_menus import UserAct
from desktop.ui.views.card_management import CardView
from desktop.ui.views.diagnostics import DiagnosticsView
from desktop.ui.views.new_pin_form import NewPinForm
from tests.samples.practice import NOW as CERTIFIED
from tests.samples.practice import card, certificate

from .conftest import KLEIN, WEBER, Bench

PATH = "/usr/lib/pkcs11/libgclib.so"
BUTTONS = ("login-retry", "login-change-module", "login-button", "unblock-button")


@pytest.fixture
def bench(kernel_bench: Bench) -> Bench:
    """No feature has a part in what a card says."""
    return kernel_bench


def says(bench: Bench, name: str) -> str:
    label = bench.find_a(QLabel, name)
    return label.text() if label.isVisible() else ""


def is_there(bench: Bench, name: str) -> bool:
    page = bench.find(f"{bench.shell.page()}-view")
    return any(found.isVisible() for found in page.findChildren(QPushButton, name))


def press(bench: Bench, name: str) -> None:
    page = bench.find(f"{bench.shell.page()}-view")
    button = next(b for b in page.findChildren(QPushButton, name) if b.isVisible())
    assert button.isEnabled(), name
    button.click()
    bench.settle()


def see(bench: Bench, snapshot: ReaderSnapshot) -> None:
    bench.monitor.changed(snapshot)
    QCoreApplication.processEvents()
    bench.settle()


def reading_fails(code: Code, **facts: str) -> Callable[[Bench], None]:
    def play(bench: Bench) -> None:
        bench.card.reading = Failure.of(code, **facts)
        bench.insert(WEBER)

    return play


def nothing_readable(bench: Bench) -> None:
    bench.card.reading = ()
    bench.insert(WEBER)


def readers(*found: Reader, service: bool = True, remote: bool = False) -> Callable[[Bench], None]:
    return lambda bench: see(bench, ReaderSnapshot(service, found, remote))


def inserted(*cards: CardInfo) -> Callable[[Bench], None]:
    return lambda bench: bench.insert(*cards)


def refused(code: Code) -> Callable[[Bench], None]:
    def play(bench: Bench) -> None:
        bench.insert(WEBER)
        bench.card.refusals = [Failure.of(code)]
        bench.pin()
        bench.settle()

    return play


def of_days(start: int, end: int) -> CardInfo:
    begun, ends = CERTIFIED + timedelta(days=start), CERTIFIED + timedelta(days=end)
    return card(authentication=certificate(not_before=begun, not_after=ends))


BLOCKED = card(pin=PinState(0, blocked=True))
LAST = card(pin=PinState(1, last_try=True))


@dataclass(frozen=True)
class State:
    play: Callable[[Bench], None]
    code: Code
    buttons: tuple[str, ...] = ()


RETRY, MODULE = "login-retry", "login-change-module"
STATES = {
    "service stopped": State(readers(service=False), Code.CARD_SERVICE_MISSING, (RETRY,)),
    "no reader": State(readers(), Code.READER_MISSING),
    "reader without card": State(readers(Reader("R", SlotState.EMPTY)), Code.CARD_MISSING),
    "upside down": State(readers(Reader("R", SlotState.MUTE, b"", 1)), Code.CARD_MUTE, (RETRY,)),
    "unknown card": State(nothing_readable, Code.CARD_UNKNOWN, (RETRY, MODULE)),
    "no certificate": State(
        reading_fails(Code.CERTIFICATE_MISSING), Code.CERTIFICATE_MISSING, (RETRY, MODULE)
    ),
    "several": State(inserted(WEBER, replace(KLEIN, reader="R2")), Code.CARDS_SEVERAL),
    "last try": State(inserted(LAST), Code.PIN_LAST_TRY, ("login-button",)),
    "blocked": State(inserted(BLOCKED), Code.PIN_BLOCKED, ("unblock-button",)),
    "expired": State(inserted(of_days(-700, -1)), Code.CERTIFICATE_EXPIRED),
    "not yet valid": State(inserted(of_days(30, 700)), Code.CERTIFICATE_NOT_YET_VALID, (RETRY,)),
    "expires soon": State(inserted(of_days(-30, 40)), Code.CERTIFICATE_EXPIRING, ("login-button",)),
    "revoked": State(refused(Code.CERTIFICATE_REVOKED), Code.CERTIFICATE_REVOKED, (RETRY,)),
    "suspended": State(refused(Code.CERTIFICATE_SUSPENDED), Code.CERTIFICATE_SUSPENDED, (RETRY,)),
    "module missing": State(
        reading_fails(Code.MODULE_MISSING, path=PATH), Code.MODULE_MISSING, (RETRY, MODULE)
    ),
    "no library": State(
        reading_fails(Code.MODULE_NOT_A_LIBRARY, path=PATH), Code.MODULE_NOT_A_LIBRARY, (RETRY, MODULE)
    ),
    "architecture": State(
        reading_fails(Code.MODULE_WRONG_ARCHITECTURE, path=PATH),
        Code.MODULE_WRONG_ARCHITECTURE,
        (RETRY, MODULE),
    ),
    "module crashed": State(
        reading_fails(Code.MODULE_CRASHED, path=PATH), Code.MODULE_CRASHED, (RETRY, MODULE)
    ),
    "module hangs": State(reading_fails(Code.MODULE_HANGS, path=PATH), Code.MODULE_HANGS, (RETRY, MODULE)),
    "busy": State(reading_fails(Code.CARD_BUSY), Code.CARD_BUSY, (RETRY,)),
    "no answer in time": State(reading_fails(Code.CARD_TIMEOUT), Code.CARD_TIMEOUT, (RETRY,)),
    "error": State(reading_fails(Code.CARD_FAILED), Code.CARD_FAILED, (RETRY, MODULE)),
    "remote session": State(readers(remote=True), Code.REMOTE_SESSION, (RETRY,)),
}
OWN_WORDS = (Code.CARD_MISSING, Code.CARDS_SEVERAL, Code.PIN_LAST_TRY, Code.CERTIFICATE_EXPIRING)


@pytest.mark.parametrize("name", STATES)
def test_each_state_has_its_text_next_step_code_and_button(bench: Bench, name: str) -> None:
    """In fr, de, lb and en, with diagnostics and the contacts one action away (CF-021)."""
    state = STATES[name]
    state.play(bench)
    assert bench.shell.page() == "login"
    for language in Language:
        bench.shell.language_chosen.emit(language)
        QCoreApplication.processEvents()
        assert state.code.value in says(bench, "login-code"), language
        assert says(bench, "login-title")
        failure = Failure.of(state.code)
        if state.code not in OWN_WORDS:
            beginning = failure_text(failure, language=language).split("–")[0]
            assert says(bench, "login-message").startswith(beginning), language
            assert says(bench, "login-next") == failure_next_step(failure, language=language)
        there = {button for button in BUTTONS if is_there(bench, button)}
        assert there == set(state.buttons)
        assert is_there(bench, "login-diagnostics") and is_there(bench, "login-security")
        assert is_there(bench, "login-my-card")


def test_every_state_has_a_code_of_its_own() -> None:
    assert len({state.code for state in STATES.values()}) == len(STATES)


# -- PUK on the login and on the lock screen -------------------------------------------------------------


def type_puk(bench: Bench) -> None:
    page = bench.find(f"{bench.shell.page()}-view")
    form = next(form for form in page.findChildren(NewPinForm) if form.isVisible())
    for row, typed in zip(form._rows(), ("12345678", "654321", "654321"), strict=True):
        QTest.keyClicks(row.field, typed)
    form.button.click()
    bench.settle()


def test_a_wrong_puk_is_told_and_the_right_one_leads_on(bench: Bench) -> None:
    bench.insert(BLOCKED)
    bench.card.refusals = [Failure.of(Code.PUK_WRONG)]
    type_puk(bench)
    assert "DSP-205" in says(bench, "login-failure-code")
    bench.card.inserted = [WEBER]
    type_puk(bench)
    assert "débloquée" in says(bench, "login-failure-text")
    assert is_there(bench, "login-button")
    bench.pin()
    bench.settle()
    assert bench.session() is SessionState.ACTIVE


def test_a_blocked_puk_takes_the_form_away(bench: Bench) -> None:
    bench.insert(BLOCKED)
    bench.card.refusals = [Failure.of(Code.PUK_BLOCKED)]
    type_puk(bench)
    assert "DSP-206" in says(bench, "login-failure-code")
    assert not is_there(bench, "unblock-button")


def test_what_a_puk_came_to_goes_with_the_card(bench: Bench) -> None:
    bench.insert(BLOCKED)
    bench.card.refusals = [Failure.of(Code.PUK_WRONG)]
    type_puk(bench)
    bench.pull()
    bench.settle()
    assert says(bench, "login-failure-code") == ""


def test_a_card_blocked_while_locked_is_unblocked_there(bench: Bench) -> None:
    bench.log_in()
    bench.desks.session.lock()
    bench.pull()
    bench.settle()
    bench.insert(BLOCKED, events=5)
    assert bench.session() is SessionState.LOCKED
    assert "DSP-203" in says(bench, "lock-code")
    bench.card.inserted = [WEBER]
    type_puk(bench)
    bench.pin()
    bench.settle()
    assert bench.session() is SessionState.ACTIVE


def test_a_chosen_card_that_is_blocked_asks_for_the_puk(bench: Bench) -> None:
    bench.insert(replace(BLOCKED, reader="R2"), KLEIN)
    bench.desks.session.choose_card(BLOCKED.key)
    bench.settle()
    assert "DSP-203" in says(bench, "login-code")
    assert is_there(bench, "unblock-button")


@pytest.mark.parametrize("why", [Code.CERTIFICATE_REVOKED, Code.CERTIFICATE_SUSPENDED])
def test_a_certificate_out_of_force_asks_for_no_pin_until_looked_at_again(bench: Bench, why: Code) -> None:
    refused(why)(bench)
    assert not is_there(bench, "login-button")
    press(bench, "login-retry")
    assert is_there(bench, "login-button")


def test_a_suspended_certificate_is_named_with_the_place_to_go(bench: Bench) -> None:
    refused(Code.CERTIFICATE_SUSPENDED)(bench)
    assert "DSP-321" in says(bench, "login-code")
    assert "luxtrust.com" in says(bench, "login-next") and "code challenge" in says(bench, "login-next")


def test_foreign_cards_beside_a_locked_session_are_explained(bench: Bench) -> None:
    bench.log_in()
    bench.pull()
    bench.settle()
    other = replace(KLEIN, key="k3", reader="R2", authentication=certificate(holder="Dr X", holder_id="H9"))
    bench.insert(KLEIN, other, events=8)
    assert bench.session() is SessionState.LOCKED
    assert "Dr Weber" in says(bench, "lock-message")
    assert "DSP-106" in says(bench, "lock-code")


@pytest.mark.parametrize("who", ["expires soon", "last try"])
def test_every_code_on_the_lock_screen_has_its_words(bench: Bench, who: str) -> None:
    """The same words as before the login."""
    bench.insert(of_days(-300, 30) if who == "expires soon" else LAST)
    told = says(bench, "login-next")
    bench.pin()
    bench.settle()
    bench.desks.session.lock()
    bench.settle()
    if who == "expires soon":
        assert "DSP-306" in says(bench, "lock-code")
        assert told and says(bench, "lock-message") == told
    else:
        page = bench.find("lock-view")
        assert "DSP-202" in says(bench, "lock-code") and says(bench, "lock-message") == ""
        tries = page.findChild(QLabel, "pin-tries")
        assert isinstance(tries, QLabel) and tries.isVisible() and "Dernier essai" in tries.text()


# -- pages that are reached from there ---------------------------------------------------------------------


def test_my_card_from_the_lock_screen_never_leads_into_the_session(bench: Bench) -> None:
    """CF-014, CF-017."""
    bench.log_in()
    bench.open_record()
    bench.pull()
    bench.settle()
    for name in ("lock-my-card", "lock-diagnostics"):
        press(bench, name)
        assert bench.shell.page() in ("card", "diagnostics")
        assert "secret" not in bench.visible()
        press(bench, f"{bench.shell.page()}-back")
        assert bench.shell.page() == "lock"


@pytest.mark.parametrize("name", ["lock-diagnostics", "lock-my-card"])
def test_back_while_unlocking_is_the_lock_screen(bench: Bench, name: str) -> None:
    bench.log_in()
    bench.desks.session.lock()
    bench.settle()
    bench.card.gate.shut()
    bench.pin()
    assert bench.session() is SessionState.UNLOCKING
    bench.click(name)
    bench.click(f"{bench.shell.page()}-back")
    assert bench.shell.page() == "lock"


def test_the_report_is_shown_then_saved(bench: Bench, tmp_path: Path) -> None:
    bench.insert(WEBER)
    press(bench, "login-diagnostics")
    shown = bench.find_a(QPlainTextEdit, "diagnostics-report").toPlainText()
    assert "Diagnostic de DSP Desktop" in shown and "Weber" not in shown
    target = tmp_path / "report.txt"
    bench.find_a(DiagnosticsView, "diagnostics-view").target_chosen.emit(target)
    bench.settle()
    assert target.read_text(encoding="utf-8") == shown
    bench.find_a(DiagnosticsView, "diagnostics-view").target_chosen.emit(
        tmp_path / "no" / "such" / "folder.txt"
    )
    bench.settle()
    assert "DSP-808" in says(bench, "diagnostics-message-code")
    press(bench, "diagnostics-back")
    assert bench.shell.page() == "login"


def test_the_report_opens_from_my_card_and_goes_back_there(bench: Bench) -> None:
    bench.log_in()
    bench.shell.user_act_chosen.emit(UserAct.CARD)
    bench.settle()
    press(bench, "card-report")
    assert bench.shell.page() == "diagnostics"
    press(bench, "diagnostics-back")
    assert bench.shell.page() == "card"


# -- module --------------------------------------------------------------------------------------------------


def test_a_chosen_module_is_tested_at_once_and_there_is_a_way_back(bench: Bench) -> None:
    bench.card.modules[Path("/tmp/b.so")] = ModuleReport("/tmp/b.so", "OpenSC", "0.23", 1, ())
    press(bench, "login-my-card")
    view = bench.find_a(CardView, "card-view")
    view.module_chosen.emit(Path("/tmp/a.txt"))
    bench.settle()
    assert "DSP-121" in says(bench, "module-message-code")
    press(bench, "module-message-act")
    assert [module for module, _ in bench.card_settings.applied] == [Path("/tmp/a.txt"), None]
    assert says(bench, "module-message-code") == ""
    view.module_chosen.emit(Path("/tmp/b.so"))
    bench.settle()
    assert "OpenSC, version 0.23" in says(bench, "module-message-text")
    assert bench.card.tested == [Path("/tmp/a.txt"), Path("/tmp/b.so")]
    press(bench, "card-back")
    assert bench.shell.page() == "login"


def test_who_asks_is_kept_for_the_module_and_where_ticked_for_the_kind_of_card(bench: Bench) -> None:
    card = replace(WEBER, module="/m/a.so", atr=bytes.fromhex("3b7d"))
    bench.insert(card)
    press(bench, "login-my-card")
    view, applied = bench.find_a(CardView, "card-view"), bench.card_settings.applied
    view.asker_chosen.emit(KeypadSetting.NO)
    bench.settle()
    _, askers = applied[-1]
    assert askers == PinAskers((AskerRule(KeypadSetting.NO, "/m/a.so"),))
    view.asker_kind_ticked.emit(True)
    view.asker_chosen.emit(KeypadSetting.NONE)
    bench.settle()
    _, askers = applied[-1]
    chosen = [askers.choice("/m/a.so", atr) for atr in (card.atr, b"\x3b")]
    assert chosen == [KeypadSetting.NONE, KeypadSetting.NO]
    view.asker_kind_ticked.emit(False)
    bench.settle()
    assert applied[-1][1].choice("/m/a.so", card.atr) is KeypadSetting.NO


def test_an_empty_reader_is_no_unknown_card(bench: Bench) -> None:
    """« Réessayer », and a setting of the card's that is changed with nothing in the reader."""
    bench.find_a(CardView, "card-view").asker_chosen.emit(KeypadSetting.NO)
    bench.settle()
    assert bench.desks.session.card_status().failure is None
    assert says(bench, "login-failure-code") == "" and "DSP-103" in says(bench, "login-code")
    see(bench, ReaderSnapshot(True, (), True))
    press(bench, "login-retry")
    assert says(bench, "login-failure-code") == "" and "DSP-130" in says(bench, "login-code")
    see(bench, ReaderSnapshot(False, ()))
    press(bench, "login-retry")
    assert says(bench, "login-failure-code") == "" and "DSP-101" in says(bench, "login-code")


def test_my_card_says_why_there_is_none(bench: Bench) -> None:
    reading_fails(Code.MODULE_CRASHED, path=PATH)(bench)
    press(bench, "login-my-card")
    assert "DSP-123" in says(bench, "card-tries")
    bench.pull()
    bench.settle()
    assert "Insérez votre carte" in says(bench, "card-tries")
