"""Login, tokens and proofs against the platform simulator in its own process."""

import secrets
import threading

import pytest

from desktop.domain.account import Account
from desktop.domain.catalog import Profile as Role
from desktop.domain.errors import Code, Failure
from desktop.domain.matricule import Matricule
from desktop.domain.network import NetworkState
from tests.answers import present
from tests.simulator_fixture import Simulator
from tests.unit.sync.live.doctor import Make, code, failed, good
from tests.waiting import LIMIT_S, ended, until


@pytest.mark.parametrize("card", ["weber", "schmitz"])
def test_login_with_rsa_and_elliptic_cards(doctor: Make, card: str) -> None:
    made = doctor(card, logged_in=False)
    account = made.signer.log_in(made.platform)
    assert isinstance(account, Account)
    assert account.practitioner_id == f"ps-{card}"
    assert account.profile is Role.MEDECIN
    assert account.holder_id == made.signer.certificate.holder_id
    assert made.platform.network_state() is NetworkState.ONLINE


@pytest.mark.parametrize(
    ("card", "expected"),
    [
        ("expired", Code.CERTIFICATE_EXPIRED),
        ("not-yet-valid", Code.CERTIFICATE_NOT_YET_VALID),
        ("revoked", Code.CERTIFICATE_REVOKED),
        ("on-hold", Code.CERTIFICATE_SUSPENDED),
        ("unknown-issuer", Code.CERTIFICATE_UNTRUSTED),
        ("suspended", Code.PRACTICE_SUSPENDED),
        ("not-activated", Code.ACCOUNT_NOT_ACTIVATED),
    ],
)
def test_refused_cards(doctor: Make, card: str, expected: Code) -> None:
    made = doctor(card, logged_in=False)
    assert failed(made.signer.log_in(made.platform)) is expected
    assert failed(made.platform.find_by_matricule(Matricule("1"))) is Code.SESSION_ENDED


def test_terms_are_accepted_with_the_same_proof(doctor: Make, simulator: Simulator) -> None:
    made = doctor("kieffer", logged_in=False)
    version = f"2026-{secrets.token_hex(3)}"
    simulator.control.act("terms", version=version)
    try:
        request = good(made.platform.prepare_login(made.signer.certificate, made.signer.algorithm))
        signature = made.signer.sign(request.signing_input)
        asked = made.platform.finish_login(request, signature, None)
        assert failed(asked) is Code.TERMS_REQUIRED
        assert isinstance(asked, Failure)
        assert asked.facts["version"] == version
        assert isinstance(made.platform.finish_login(request, signature, version), Account)
    finally:
        simulator.control.act("terms", version="")


def test_version_refused_by_the_platform(doctor: Make, simulator: Simulator) -> None:
    """CF-022."""
    made = doctor(logged_in=False)
    simulator.control.act("versions", pattern="9[.]9")
    try:
        assert failed(made.signer.log_in(made.platform)) is Code.VERSION_REFUSED
    finally:
        simulator.control.act("versions", pattern=".+")


def test_dpop_nonce_everywhere(doctor: Make, simulator: Simulator) -> None:
    simulator.control.fault("dpop_nonce", value=1)
    made = doctor()
    simulator.control.fault("dpop_nonce", value=2)
    patient = made.patient(10)
    good(made.platform.open_record(patient, code(10)))
    simulator.control.fault("dpop_nonce", value=3)
    assert made.listed(patient) is not None


@pytest.mark.parametrize("skew", [-86_400 * 30, 86_400 * 30])
def test_local_clock_a_month_wrong(doctor: Make, skew: int) -> None:
    made = doctor(logged_in=False)
    made.clock.shift = skew
    made.log_in()
    assert made.patient(1).family == "Müller"


def test_lost_login_answer(doctor: Make, simulator: Simulator) -> None:
    before = sessions_of("weber", simulator)
    simulator.control.fault("lost_answer", "/auth/token", times=1)
    made = doctor()
    assert made.patient(1)
    assert sessions_of("weber", simulator) == before + 1, "asked for twice, made once"


def test_refresh_by_several_threads_and_rotation(doctor: Make) -> None:
    """Contract §2.3: had a rotated token been used twice, the session would be dead."""
    made = doctor()
    for round_ in range(1, 4):
        made.later(600 * round_)
        start = threading.Barrier(3)
        results: list[object] = []

        def work(start: threading.Barrier = start, results: list[object] = results) -> None:
            start.wait()
            results.append(made.platform.find_by_matricule(Matricule("1")))

        workers = [threading.Thread(target=work) for _ in range(3)]
        for worker in workers:
            worker.start()
        for worker in workers:
            worker.join()
        assert results == [(), (), ()]


def test_after_sleep_the_clock_is_learnt_again(doctor: Make, simulator: Simulator) -> None:
    """The monotonic clock stands still while a laptop sleeps: proofs are too old at first."""
    made = doctor()
    simulator.control.clock(480)
    assert made.platform.find_by_matricule(Matricule("1")) == ()
    made.later(1200)
    simulator.control.clock(1200)
    assert made.platform.find_by_matricule(Matricule("1")) == ()


def test_lost_refresh_answer(doctor: Make, simulator: Simulator) -> None:
    made = doctor()
    made.later(600)
    simulator.control.fault("lost_answer", "/auth/token", times=1)
    assert made.patient(1)
    made.later(1200)
    assert made.patient(1)


def test_dropped_session_is_revoked(doctor: Make, simulator: Simulator) -> None:
    made = doctor("schmitz")
    sessions = simulator.control.state()["sessions"]
    made.platform.drop_session()
    built = present(made.platform._connection.made)
    built.login.close(LIMIT_S)  # as the end of the program, which gives it one second
    assert len(simulator.control.state()["sessions"]) == len(sessions) - 1


def test_a_login_cut_in_flight_leaves_no_session(doctor: Make, simulator: Simulator) -> None:
    """The card is pulled while the platform makes the session: nobody would ever know its token."""
    made = doctor("kieffer", logged_in=False)
    before, logins = sessions_of("kieffer", simulator), len(made.traces("login"))
    request = good(made.platform.prepare_login(made.signer.certificate, made.signer.algorithm))
    signature = made.signer.sign(request.signing_input)
    simulator.control.fault("latency", "/auth/token", value=600_000)
    results: list[object] = []
    finish = made.platform.finish_login
    worker = threading.Thread(target=lambda: results.append(finish(request, signature, None)))
    worker.start()
    until("the request", lambda: any(f["hits"] for f in simulator.control.state()["faults"]))
    made.platform.drop_session()
    simulator.control.clear_faults()
    ended(worker)
    assert results == [Failure.of(Code.CANCELLED)]
    (login,) = made.traces("login")[logins:]
    assert login["practitioner"] == "ps-kieffer", "the platform had made the session: its answer was heard"
    until("the session given back", lambda: sessions_of("kieffer", simulator) == before)


def sessions_of(card: str, simulator: Simulator) -> int:
    return [s["practitioner"] for s in simulator.control.state()["sessions"]].count(f"ps-{card}")
