"""The way to the platform: states, interception, retries, cancelling."""

import threading

from desktop.domain.errors import Code, Failure
from desktop.domain.matricule import Matricule
from desktop.domain.network import NetworkState
from tests.simulator_fixture import Simulator
from tests.unit.sync.live.doctor import Make, failed
from tests.waiting import ended, until


def test_network_states(doctor: Make, simulator: Simulator) -> None:
    made = doctor()
    states: list[NetworkState] = []
    made.platform.on_network_change(states.append)
    simulator.control.fault("captive_portal", times=1)
    assert failed(made.platform.find_by_matricule(Matricule("1"))) is Code.CAPTIVE_PORTAL
    simulator.control.fault("maintenance", times=1, value=600)
    failure = made.platform.find_by_matricule(Matricule("1"))
    assert failed(failure) is Code.PLATFORM_MAINTENANCE
    assert isinstance(failure, Failure)
    assert failure.facts["minutes"] == 10
    assert made.platform.probe() is NetworkState.ONLINE
    assert states == [NetworkState.CAPTIVE_PORTAL, NetworkState.MAINTENANCE, NetworkState.ONLINE]


def test_interception_is_named(doctor: Make, simulator: Simulator) -> None:
    made = doctor(logged_in=False, base_url=simulator.intercepted_url)
    assert failed(made.signer.log_in(made.platform)) is Code.TLS_INTERCEPTED
    assert made.platform.network_state() is NetworkState.TLS_INTERCEPTED


def test_reads_are_tried_again_publishes_are_not(doctor: Make, simulator: Simulator) -> None:
    made = doctor()
    for fault, value in (("status", 502), ("status", 504), ("drop", 0), ("lost_answer", 0)):
        simulator.control.fault(fault, "Patient/_search", times=2, value=value)
        assert made.patient(1)
    simulator.control.fault("status", "Patient/_search", times=3, value=502)
    assert failed(made.platform.find_by_matricule(Matricule("1"))) is Code.PLATFORM_ERROR


def test_dead_platform_cuts_nothing_else(doctor: Make, simulator: Simulator) -> None:
    made = doctor()
    simulator.control.fault("drop")
    assert failed(made.platform.find_by_matricule(Matricule("1"))) is Code.OFFLINE
    simulator.control.clear_faults()
    assert made.patient(1)


def test_cancel_all_unblocks(doctor: Make, simulator: Simulator) -> None:
    """The answer would come after ten minutes; the worker is back before anything else happens."""
    made = doctor()
    simulator.control.fault("latency", "Patient/_search", value=600_000)
    results: list[object] = []
    worker = threading.Thread(target=lambda: results.append(made.platform.find_by_matricule(Matricule("1"))))
    worker.start()
    until("the request", lambda: any(f["hits"] for f in simulator.control.state()["faults"]))
    made.platform.cancel_all()
    ended(worker)
    assert [failed(r) for r in results] == [Code.CANCELLED]
    assert made.platform.server_now() is not None


def test_suspended_in_the_middle(doctor: Make, simulator: Simulator) -> None:
    """CF-019: at the next call."""
    made = doctor("schmitz")
    simulator.control.act("suspend", practitioner="ps-schmitz")
    try:
        assert failed(made.platform.find_by_matricule(Matricule("1"))) is Code.PRACTICE_SUSPENDED
    finally:
        simulator.control.act("suspend", practitioner="ps-schmitz", suspended=False)


def test_ended_session_is_said(doctor: Make, simulator: Simulator) -> None:
    made = doctor("schmitz")
    simulator.control.act("end-sessions", practitioner="ps-schmitz")
    assert failed(made.platform.find_by_matricule(Matricule("1"))) is Code.SESSION_ENDED
