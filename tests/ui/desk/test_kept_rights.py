"""What is kept goes with the right while somebody works, and is found again without the platform."""

from datetime import timedelta

from desktop.domain.errors import Code, Failure
from desktop.domain.network import NetworkState
from desktop.domain.record import MandateKind
from desktop.services.session import SessionState
from desktop.ui.desk.rights_desk import ASK_S, TICK_MS
from tests.samples.practice import NOW, mandate
from tests.ui.desk.conftest import Bench

MR = mandate(id="mr", kind=MandateKind.MEDECIN_REFERENT, end=None, grace_end=None)
TITLE = "Bilan sanguin secret"


def _read(bench: Bench) -> None:
    """A list is kept, and the record left again."""
    bench.platform.mandates["p1"] = MR
    bench.log_in()
    bench.open_record()
    bench.desks.record.close()
    bench.settle()
    assert _kept(bench)


def _kept(bench: Bench) -> bool:
    return "p1" in bench.store.shelf().kept


def _tick(bench: Bench) -> None:
    bench.desks.rights.tick()
    bench.settle()


def test_cf_035_a_revoked_mandate_is_heard_of_within_the_hour(bench: Bench) -> None:
    _read(bench)
    del bench.platform.mandates["p1"]
    _tick(bench)
    assert _kept(bench), "asked at the login already"
    bench.clock.advance(ASK_S)
    bench.platform.asked.clear()
    _tick(bench)
    assert not _kept(bench) and bench.platform.asked == ["all_my_mandates"]


def test_cf_035_it_is_heard_of_at_the_next_login_and_unlock(bench: Bench) -> None:
    for leave in (bench.desks.session.log_out, bench.desks.session.lock):
        _read(bench)
        leave()
        bench.settle()
        del bench.platform.mandates["p1"]
        bench.desks.session.read_again()
        bench.settle()
        bench.pin()
        bench.settle()
        assert bench.session() is SessionState.ACTIVE and not _kept(bench)
        bench.desks.session.log_out()
        bench.settle()
        bench.desks.session.read_again()
        bench.settle()


def test_it_is_asked_again_when_the_platform_is_back(bench: Bench) -> None:
    _read(bench)
    bench.platform.set_network(NetworkState.OFFLINE)
    bench.clock.advance(ASK_S)
    _tick(bench)
    del bench.platform.mandates["p1"]
    assert _kept(bench)
    bench.platform.set_network(NetworkState.ONLINE)
    bench.settle()
    assert not _kept(bench)


def test_cf_019_the_question_may_be_the_first_to_hear_of_a_suspension(bench: Bench) -> None:
    _read(bench)
    bench.platform.answers["all_my_mandates"] = Failure(Code.PRACTICE_SUSPENDED)
    bench.clock.advance(ASK_S)
    _tick(bench)
    assert bench.session() is SessionState.SIGNED_OUT


def test_cf_066_an_end_that_passes_while_the_program_runs_is_kept(bench: Bench) -> None:
    assert timedelta(milliseconds=TICK_MS) <= timedelta(seconds=60), "CF-031"
    _read(bench)
    bench.clock.advance(timedelta(days=7).total_seconds() - 1)
    _tick(bench)
    assert _kept(bench)
    bench.clock.advance(1)
    _tick(bench)
    assert not _kept(bench)


def test_after_midnight_a_record_is_found_and_read_without_the_platform(bench: Bench) -> None:
    """CF-079: and the user sees how old it is, and until when it can be read."""
    _read(bench)
    bench.desks.session.log_out()
    bench.settle()
    bench.platform.set_network(NetworkState.OFFLINE)
    bench.clock.advance(timedelta(days=3).total_seconds())
    bench.desks.session.read_again()
    bench.settle()
    bench.pin()
    bench.settle()
    assert bench.session() is SessionState.ACTIVE_OFFLINE
    end = NOW + timedelta(days=7)
    words = ("Ces données ont 3 jours", f"lisibles hors ligne jusqu'au {end:%d.%m.%Y}")
    assert all(part in bench.visible() for part in words)
    bench.click("recent-patient-0")
    bench.settle()
    assert bench.shell.page() == "record"
    assert all(part in bench.visible() for part in (*words, TITLE))


def test_a_clock_that_was_set_back_shows_nothing_and_says_why(bench: Bench) -> None:
    _read(bench)
    bench.desks.session.log_out()
    bench.settle()
    bench.platform.set_network(NetworkState.OFFLINE)
    bench.clock.advance(-3600)
    bench.desks.session.read_again()
    bench.settle()
    bench.pin()
    bench.settle()
    assert "L'horloge de cet ordinateur a été retardée" in bench.visible()
    assert "MULLER" not in bench.visible() and _kept(bench)
