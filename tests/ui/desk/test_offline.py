"""Without the platform, and back: nothing typed or opened is lost on the way."""

from desktop.domain.network import NetworkState
from desktop.services.session import RecordState, SessionState
from tests.ui.desk.conftest import Bench

TITLE = "Bilan sanguin secret"


def _offline_session(bench: Bench) -> None:
    """Online once, so that an account and a list are kept; then a login without the platform."""
    bench.log_in()
    bench.open_record()
    bench.desks.session.log_out()
    bench.settle()
    bench.platform.set_network(NetworkState.OFFLINE)
    bench.desks.session.read_again()
    bench.settle()
    bench.pin()
    bench.settle()
    assert bench.session() is SessionState.ACTIVE_OFFLINE


def _open_cached(bench: Bench) -> None:
    bench.desks.record.refresh_recent()
    bench.settle()
    bench.click("recent-patient-0")
    bench.settle()
    record = bench.desks.record.record
    assert bench.shell.page() == "record" and record is not None and record.offline


def _reconnect(bench: Bench) -> bool:
    """True when the way back is offered."""
    return bool(bench.find("state-reconnect").isVisible())


def test_offline_session_goes_back_online_on_the_same_screen(bench: Bench) -> None:
    _offline_session(bench)
    _open_cached(bench)
    bench.start_deposit("Texte du temps hors ligne")
    assert not _reconnect(bench)
    bench.platform.set_network(NetworkState.ONLINE)
    bench.settle()
    assert bench.session() is SessionState.ACTIVE_OFFLINE and _reconnect(bench)
    bench.click("state-reconnect")
    assert bench.session() is SessionState.LOCKED and TITLE not in bench.visible()
    bench.settle()
    bench.pin()
    bench.settle()
    record = bench.desks.record.record
    assert bench.session() is SessionState.ACTIVE and record is not None and not record.offline
    assert bench.shell.page() == "deposit" and bench.title_field().text() == "Texte du temps hors ligne"
    assert not _reconnect(bench)
    assert bench.record_state() is RecordState.OPEN


def test_platform_that_fails_again_leaves_the_session_offline(bench: Bench) -> None:
    _offline_session(bench)
    _open_cached(bench)
    bench.platform.set_network(NetworkState.ONLINE)
    bench.settle()
    bench.click("state-reconnect")
    bench.settle()
    bench.platform.set_network(NetworkState.OFFLINE)
    bench.pin()
    bench.settle()
    assert bench.session() is SessionState.ACTIVE_OFFLINE
    assert bench.shell.page() == "record" and TITLE in bench.visible()


def test_record_of_an_online_session_comes_back_from_the_cache_to_the_platform(bench: Bench) -> None:
    """The network failed during an unlock's reopening only: the session itself is online."""
    bench.log_in()
    bench.open_record()
    record = bench.desks.record.record
    assert record is not None
    bench.platform.set_network(NetworkState.OFFLINE)
    bench.settle()
    bench.desks.record.reopen()
    bench.settle()
    shown = bench.desks.record.record
    assert shown is not None and shown.offline
    bench.platform.set_network(NetworkState.ONLINE)
    bench.settle()
    shown = bench.desks.record.record
    assert shown is not None and not shown.offline and TITLE in bench.visible()


def test_platform_is_asked_after_only_while_somebody_works_without_it(bench: Bench) -> None:
    timer = bench.desks.network._timer
    assert not timer.isActive()
    _offline_session(bench)
    assert timer.isActive()
    bench.platform.asked.clear()
    timer.timeout.emit()
    timer.timeout.emit()
    bench.settle()
    assert bench.platform.asked.count("probe") == 1, "one question at a time"
    bench.desks.session.log_out()
    bench.settle()
    assert not timer.isActive()
