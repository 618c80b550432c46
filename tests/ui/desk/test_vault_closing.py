"""A vault that is still being closed never meets the next login (CF-014); its key goes in time (CF-017)."""

import threading
from collections.abc import Iterator

import pytest
from PySide6.QtWidgets import QApplication

from desktop.domain.secret import Secret
from desktop.services.login import LoggedIn
from desktop.services.session import SessionState
from desktop.ui.desk.login_queue import LoginQueue
from desktop.ui.desk.vault_closing import HURRY_MS
from desktop.ui.tasks import Lane
from tests.ui.desk.conftest import Bench
from tests.waiting import LIMIT_S


@pytest.fixture
def busy_store(bench: Bench) -> Iterator[threading.Event]:
    """The store's lane has long work once somebody is logged in; set to end it."""
    bench.log_in()
    begun, over = threading.Event(), threading.Event()

    def work() -> None:
        begun.set()
        assert over.wait(LIMIT_S)
        bench.log.append("store free")

    bench.tasks.run(Lane.STORE, work, lambda _: None, owner=bench.parent)
    assert begun.wait(LIMIT_S)
    yield over
    over.set()


def _unlock_at_once(bench: Bench) -> None:
    bench.log.clear()
    bench.desks.session.lock()
    bench.pin()
    QApplication.processEvents()
    assert bench.session() is SessionState.UNLOCKING


def test_an_unlock_waits_for_the_vault_to_be_closed(bench: Bench, busy_store: threading.Event) -> None:
    _unlock_at_once(bench)
    busy_store.set()
    bench.settle()
    assert bench.session() is SessionState.ACTIVE and bench.vault.holder == "H1"
    order = [entry for entry in bench.log if entry in ("store free", "vault closed", "vault opened")]
    assert order == ["store free", "vault closed", "vault opened"]


def test_cf017_the_key_goes_in_time_though_the_store_is_busy(
    bench: Bench, busy_store: threading.Event
) -> None:
    _unlock_at_once(bench)
    limit = bench.desks.session._closing.limit
    assert limit.isActive() and bench.vault_limit_ms < 2000
    limit.timeout.emit()
    bench.qtbot.waitUntil(lambda: "vault closed" in bench.log)
    assert "work cut" in bench.log, "a purge of thousands is not waited for"
    assert bench.vault.holder is None and bench.session() is SessionState.UNLOCKING
    assert "vault opened" not in bench.log, "opened while older work of the store waits"
    busy_store.set()
    bench.settle()
    assert bench.session() is SessionState.ACTIVE and bench.vault.holder == "H1"
    assert not limit.isActive()


def test_what_waits_behind_a_busy_store_has_its_turn_before_the_key_goes(
    bench: Bench, busy_store: threading.Event
) -> None:
    bench.vault.hurry = busy_store.set  # type: ignore[method-assign]
    bench.tasks.run(Lane.STORE, lambda: bench.log.append("draft"), lambda _: None, owner=bench.parent)
    bench.desks.session.lock()
    hurry = bench.desks.session._closing.hurry
    assert hurry.isActive() and bench.vault_limit_ms > HURRY_MS
    hurry.timeout.emit()
    bench.settle()
    order = [entry for entry in bench.log if entry in ("draft", "vault closed", "work cut")]
    assert order == ["draft", "vault closed"]
    assert not hurry.isActive()


def test_a_pin_that_waits_is_wiped_when_the_login_is_cut(bench: Bench, busy_store: threading.Event) -> None:
    bench.desks.session.lock()
    pin = Secret(bytearray(b"123456"))
    bench.desks.session.give_pin(pin)
    assert len(pin) == 6 and bench.session() is SessionState.UNLOCKING
    bench.system.locked("screen-lock")
    QApplication.processEvents()
    assert bench.session() is SessionState.LOCKED and len(pin) == 0
    busy_store.set()
    bench.settle()
    assert bench.session() is SessionState.LOCKED and bench.vault.holder is None


def test_a_login_that_was_cut_late_does_not_undo_the_next_one(bench: Bench) -> None:
    """Its answer is on its way when the session is left and opened anew."""
    bench.log_in()
    bench.desks.session.lock()
    bench.settle()
    login = bench.services.login
    late, released, real = threading.Event(), threading.Event(), login.log_in

    def slow(*given, **named) -> object:  # type: ignore[no-untyped-def]
        result = real(*given, **named)
        assert isinstance(result, LoggedIn)
        late.set()
        assert released.wait(LIMIT_S)
        return result

    login.log_in = slow  # type: ignore[method-assign, assignment]
    bench.pin()
    bench.qtbot.waitUntil(late.is_set)
    login.log_in = real  # type: ignore[method-assign]
    bench.click("lock-log-out")
    released.set()
    bench.settle()
    assert bench.vault.holder is None and not bench.platform.signed_in
    bench.pin()
    bench.settle()
    assert bench.session() is SessionState.ACTIVE
    assert bench.vault.holder == "H1" and bench.platform.signed_in


def test_turnstile_lets_one_through_after_the_last_has_left() -> None:
    login_queue, log = LoginQueue(), list[str]()

    def go(name: str) -> None:
        login_queue.pass_through(lambda: log.append(name), lambda: log.append(f"{name} away"))

    go("a")
    login_queue.enter()
    login_queue.enter()
    go("b")
    login_queue.leave()
    assert log == ["a"]
    login_queue.leave()
    assert log == ["a", "b"]
    login_queue.enter()
    go("c")
    login_queue.turn_away()
    login_queue.leave()
    assert log == ["a", "b", "c away"]
