"""After a login that failed or was cut, the card is read anew before a PIN goes out."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QCheckBox

from desktop.domain.card import CardInfo, CardProof, CardTasks, PinState
from desktop.domain.errors import Code, Failure, Result
from desktop.domain.secret import Secret
from desktop.domain.texts import Language, failure_next_step, failure_text
from desktop.services.session import CardState, SessionState
from tests.fakes import Gate
from tests.samples.practice import card
from tests.ui.desk.conftest import KLEIN, WEBER, Bench
from tests.ui.desk.test_card_trouble import is_there, says

TWO = card(pin=PinState(2))
ONE = card(pin=PinState(1, last_try=True))
# What a login can fail of while the card, which may have counted the try, stays in the reader.
STILL_IN = [
    Code.CARD_TIMEOUT,
    Code.CARD_FAILED,
    Code.MODULE_CRASHED,
    Code.CHILD_CRASHED,
    Code.KEYPAD_FAILED,
    Code.MODULE_ASKED_IN_VAIN,
    Code.PIN_WRONG,
    Code.PIN_OF_EITHER,
    Code.PIN_LAST_TRY,
    Code.LOGIN_REFUSED,
    Code.PLATFORM_ERROR,
]


@pytest.fixture
def bench(kernel_bench: Bench) -> Bench:
    """No feature has a part in a login that fails."""
    return kernel_bench


class Looks:
    """The card stack's readings, held while ``gate`` is shut; ``sent``: what was believed at each login."""

    def __init__(self, bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
        self.gate = Gate()
        self.sent: list[int | None] = []
        read, perform = bench.card.cards, bench.card.perform

        def cards() -> Result[tuple[CardInfo, ...]]:
            self.gate.passes()
            return read()

        def performed(of: CardInfo, pin: Secret | None, tasks: CardTasks) -> Result[CardProof]:
            self.sent.append(of.pin.tries_left)
            return perform(of, pin, tasks)

        monkeypatch.setattr(bench.card, "cards", cards)
        monkeypatch.setattr(bench.card, "perform", performed)


@pytest.fixture
def looks(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> Looks:
    return Looks(bench, monkeypatch)


def _page(bench: Bench):  # type: ignore[no-untyped-def]
    return bench.find(f"{bench.shell.page()}-view")


def _tick(bench: Bench) -> QCheckBox:
    found = _page(bench).findChild(QCheckBox, "pin-last-try-tick")
    assert isinstance(found, QCheckBox)
    return found


def _fail(bench: Bench, looks: Looks, code: Code) -> None:
    """A PIN is refused with *code*; the card counted the try, its next reading is held."""
    bench.card.refusals = [Failure.of(code)]
    bench.card.inserted = [ONE]
    looks.gate.shut()
    bench.pin()
    bench.qtbot.waitUntil(lambda: code.value in says(bench, f"{bench.shell.page()}-failure-code"))


@pytest.mark.parametrize("code", STILL_IN)
@pytest.mark.parametrize("page", ["login", "lock"])
def test_no_pin_goes_out_before_the_card_was_read_anew(
    bench: Bench, looks: Looks, code: Code, page: str
) -> None:
    if page == "lock":
        bench.log_in(TWO)
        bench.desks.session.lock()
        bench.settle()
        looks.sent.clear()
    else:
        bench.insert(TWO)
    assert bench.shell.page() == page
    _fail(bench, looks, code)
    assert bench.card_state() is CardState.READING
    assert bench.office.states()["card"] == "reading"
    field = _page(bench).pin.field
    QTest.keyClicks(field, "654321")
    QTest.keyClick(field, Qt.Key.Key_Return)
    bench.pin()
    assert field.characters() == 6, "what was typed meanwhile is lost"
    looks.gate.open()
    bench.settle()
    assert looks.sent == [2], "a PIN went out on old news"
    assert bench.card_state() is CardState.READY
    assert code.value in says(bench, f"{page}-failure-code"), "the sentence went with the reading"
    assert field.characters() == 6 and _tick(bench).isVisible()
    QTest.keyClick(field, Qt.Key.Key_Return)
    bench.settle()
    assert looks.sent == [2], "the last try went without its confirmation"
    _tick(bench).setChecked(True)
    QTest.keyClick(field, Qt.Key.Key_Return)
    bench.settle()
    assert looks.sent == [2, 1] and bench.session() is SessionState.ACTIVE


def test_enter_pressed_meanwhile_counts_after_the_reading(bench: Bench, looks: Looks) -> None:
    """A quick typist loses neither digits nor the Enter, where more than one try is left."""
    bench.insert(WEBER)
    _fail(bench, looks, Code.PIN_WRONG)
    bench.card.inserted = [TWO]
    field = _page(bench).pin.field
    QTest.keyClicks(field, "654321")
    QTest.keyClick(field, Qt.Key.Key_Return)
    assert looks.sent == [WEBER.pin.tries_left]
    looks.gate.open()
    bench.settle()
    assert looks.sent == [WEBER.pin.tries_left, 2] and bench.session() is SessionState.ACTIVE


def test_the_chosen_one_of_two_cards_stays_chosen(bench: Bench, looks: Looks) -> None:
    bench.insert(TWO, KLEIN)
    bench.desks.session.choose_card(TWO.key)
    bench.card.refusals = [Failure.of(Code.PIN_WRONG)]
    bench.card.inserted = [ONE, KLEIN]
    bench.pin()
    bench.settle()
    view = bench.desks.session.card_status()
    assert view.card == ONE and view.state is CardState.READY
    assert is_there(bench, "login-other-card")


def test_a_card_that_cannot_be_read_again_asks_for_no_pin(bench: Bench, looks: Looks) -> None:
    bench.insert(TWO)
    bench.card.refusals = [Failure.of(Code.CARD_TIMEOUT)]
    bench.card.reading = Failure.of(Code.CARD_TIMEOUT)
    bench.pin()
    bench.settle()
    assert not is_there(bench, "login-button") and is_there(bench, "login-retry")
    assert "DSP-109" in says(bench, "login-code")


def test_a_swapped_card_takes_the_typed_pin_along(bench: Bench, looks: Looks) -> None:
    """A PIN typed for one card never reaches another (CF-014)."""
    bench.insert(TWO)
    bench.card.refusals = [Failure.of(Code.CARD_SWAPPED)]
    bench.card.inserted = [KLEIN]
    looks.gate.shut()
    bench.pin()
    bench.qtbot.waitUntil(lambda: bench.session() is SessionState.SIGNED_OUT)
    assert bench.desks.session.card_status().card is None
    assert not is_there(bench, "login-button")
    looks.gate.open()
    bench.settle()
    assert "DSP-111" in says(bench, "login-failure-code")
    assert bench.desks.session.card_status().card == KLEIN


def test_a_card_that_lost_contact_for_a_moment_does_not_take_the_pin_away_in_silence(bench: Bench) -> None:
    """The reader has it again before anybody looked up: the same screen is back, and says why."""
    bench.insert(TWO)
    bench.card.gate.shut()
    bench.pin()
    QApplication.processEvents()
    bench.insert(TWO, events=4)
    assert (bench.session(), bench.card_state()) == (SessionState.SIGNED_OUT, CardState.READY)
    assert Code.CARD_REMOVED.value in says(bench, "login-failure-code")
    _works_again(bench)
    assert not is_there(bench, "login-failure")


def test_an_interrupted_login_is_told(bench: Bench) -> None:
    """Whatever cut it, it was not the user: the PIN is gone from the field, so the screen says why."""
    bench.insert(WEBER)
    bench.platform.answers["prepare_login"] = Failure(Code.CANCELLED)
    bench.pin()
    bench.settle()
    assert bench.session() is SessionState.SIGNED_OUT
    assert Code.CANCELLED.value in says(bench, "login-failure-code")


@pytest.mark.parametrize("language", list(Language))
@pytest.mark.parametrize("code", [Code.CARD_TIMEOUT, Code.CARD_REMOVED, Code.CARD_FAILED])
def test_no_promise_about_tries_that_the_card_may_have_counted(code: Code, language: Language) -> None:
    """The deadline or the removal may come just after the card has compared the PIN."""
    failure = Failure(code)
    words = failure_text(failure, language=language) + failure_next_step(failure, language=language)
    for promise in ("Aucun essai", "Kein Versuch", "No try", "kee Versuch"):
        assert promise not in words


# -- a login that was cut, the card still in ---------------------------------------------------------------


def _try_to_unlock(bench: Bench) -> None:
    bench.log_in()
    bench.desks.session.lock()
    bench.settle()
    bench.card.gate.shut()
    bench.pin()
    QApplication.processEvents()
    assert bench.session() is SessionState.UNLOCKING


def _works_again(bench: Bench) -> None:
    bench.settle()
    assert bench.card_state() is CardState.READY
    bench.pin()
    bench.settle()
    assert bench.session() is SessionState.ACTIVE


def test_log_out_while_unlocking(bench: Bench) -> None:
    _try_to_unlock(bench)
    bench.click("lock-log-out")
    bench.settle()
    assert bench.shell.page() == "login" and bench.session() is SessionState.SIGNED_OUT
    _works_again(bench)


@pytest.mark.parametrize("reason", ["screen-lock", "user-switch", "sleep"])
def test_the_desktop_locks_while_unlocking(bench: Bench, reason: str) -> None:
    _try_to_unlock(bench)
    bench.system.locked(reason)
    QApplication.processEvents()
    assert bench.session() is SessionState.LOCKED
    _works_again(bench)


def test_the_platforms_session_ends_while_unlocking(bench: Bench) -> None:
    _try_to_unlock(bench)
    assert bench.desks.session.heed(Failure.of(Code.SESSION_ENDED))
    bench.card.gate.cut()  # heard too late to matter: the card is not stopped for it
    _works_again(bench)


@pytest.mark.parametrize("reason", ["screen-lock", "user-switch", "sleep"])
def test_the_desktop_locks_while_logging_in(bench: Bench, reason: str) -> None:
    bench.insert(WEBER)
    bench.card.gate.shut()
    bench.pin()
    QApplication.processEvents()
    assert bench.session() is SessionState.AUTHENTICATING
    bench.system.locked(reason)
    QApplication.processEvents()
    assert bench.session() is SessionState.SIGNED_OUT
    _works_again(bench)
