"""The whole client against the platform simulator in its own process: what a doctor does, and what fails."""

import hashlib
import secrets
import threading
import uuid
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any, TypeVar

import pytest

from desktop.domain.account import Account, NetworkState
from desktop.domain.catalog import Profile as Role
from desktop.domain.deposit import Deposit
from desktop.domain.errors import Code, Failure
from desktop.domain.matricule import Matricule
from desktop.domain.record import (
    Document,
    DocumentPage,
    DocumentStatus,
    DspState,
    EpisodeKind,
    Level,
    Mandate,
    MandateKind,
    Patient,
)
from desktop.domain.secret import Secret
from desktop.ports import LocalRead
from desktop.resource_files import resource
from desktop.sync.platform import Platform
from desktop.sync.profile import load_profile
from tests.simulator_fixture import Simulator, running_simulator
from tests.unit.sync.card_signer import CardSigner
from tests.unit.sync.conftest import WallClock

T = TypeVar("T")
PDF = b"%PDF-1.4\n" + b"x" * 5000 + b"\n%%EOF\n"
CARDS = "weber,kieffer,schmitz,expired,revoked,unknown-issuer,suspended,not-activated,not-yet-valid"

MATRICULES: dict[str, str] = {}


@pytest.fixture(scope="module")
def simulator(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Simulator]:
    with running_simulator(tmp_path_factory.mktemp("simulator"), cards=CARDS) as running:
        state = running.control.wait_loaded()
        MATRICULES.update({p["id"]: p["matricule"] for p in state["patients"]})
        yield running


class Doctor:
    """One logged-in professional."""

    def __init__(self, simulator: Simulator, card: str = "weber", **options: Any) -> None:
        self.simulator = simulator
        self.clock = WallClock()
        self.signer = CardSigner(simulator.folder, card)
        profile = replace(load_profile(resource("profiles", "demo.toml")), **options.pop("profile", {}))
        self.platform = Platform(
            profile,
            self.clock,
            software_version="0.1.0",
            base_url=options.pop("base_url", simulator.base_url),
            ca_file=str(simulator.ca_file),
        )

    def log_in(self) -> "Doctor":
        found = self.signer.log_in(self.platform)
        assert isinstance(found, Account), found
        return self

    def patient(self, number: int) -> Patient:
        (found,) = good(self.platform.find_by_matricule(Matricule(MATRICULES[f"p-{number}"])))
        return found

    def opened(self, number: int = 1) -> Patient:
        patient = self.patient(number)
        good(self.platform.open_record(patient, code(number)))
        return patient

    def listed(self, patient: Patient) -> tuple[Document, ...]:
        return good(self.platform.documents(patient.id, None)).documents

    def later(self, seconds: float) -> None:
        """Both clocks, seconds after the start."""
        self.clock.ahead = seconds
        self.simulator.control.clock(seconds)

    def traces(self, action: str) -> list[dict[str, Any]]:
        return [t for t in self.simulator.control.state()["traces"] if t["action"] == action]


@pytest.fixture
def doctor(simulator: Simulator) -> Iterator[Callable[..., Doctor]]:
    """Makes professionals; the platform is set back to what it was before."""
    made: list[Doctor] = []

    def make(card: str = "weber", *, logged_in: bool = True, **options: Any) -> Doctor:
        made.append(Doctor(simulator, card, **options))
        return made[-1].log_in() if logged_in else made[-1]

    yield make
    for one in made:
        one.platform.close()
    control = simulator.control
    control.clear_faults()
    control.clock(0)
    for mandate in control.state()["mandates"]:
        if mandate["kind"] == "consultation" and mandate["state"] in ("active", "grace"):
            control.act("shorten-mandate", mandate=mandate["id"])
    for number in (9, 10):
        control.act("unlock-code", patient=f"p-{number}")


def good(result: T | Failure) -> T:
    assert not isinstance(result, Failure), result
    return result


def failed(result: object) -> Code:
    assert isinstance(result, Failure), result
    return result.code


def code(number: int) -> Secret:
    return Secret(bytearray(f"code-{number:04d}".encode()))


def deposit(patient: Patient, mandate: Mandate, content: bytes = PDF, **changes: Any) -> Deposit:
    made = Deposit(
        unique_id=f"urn:uuid:{uuid.uuid4()}",
        submission_id=f"urn:uuid:{uuid.uuid4()}",
        patient=patient,
        mandate=mandate,
        category="rapport-medical",
        title="Rapport d'été – « œdème »",
        created=date.today() - timedelta(days=3),
        level=Level.STANDARD,
        author_id="ps-weber",
        author_name="Dr Claire Weber",
        language="fr",
        sha1=hashlib.sha1(content, usedforsecurity=False).hexdigest(),
        size=len(content),
        confirmed_at=datetime.now(UTC),
    )
    return replace(made, **changes)


Make = Callable[..., Doctor]

# -- login --------------------------------------------------------------------------------------


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
    simulator.control.fault("lost_answer", "/auth/token", times=1)
    made = doctor()
    sessions = simulator.control.state()["sessions"]
    assert made.patient(1)
    assert len(sessions) >= 1


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
    made.platform.close()
    assert len(simulator.control.state()["sessions"]) == len(sessions) - 1


# -- patients -----------------------------------------------------------------------------------


def test_states_of_the_dsp(doctor: Make) -> None:
    made = doctor()
    states = [made.patient(n).dsp for n in (1, 5, 6, 7, 8)]
    assert states == [
        DspState.ACTIVE, DspState.INACTIVE, DspState.CLOSED, DspState.DECEASED, DspState.NONE,
    ]  # fmt: skip
    assert made.patient(5).inactive_until is not None


def test_unknown_matricule_and_traits(doctor: Make) -> None:
    made = doctor()
    assert made.platform.find_by_matricule(Matricule("1800010199999")) == ()
    assert failed(made.platform.find_by_traits("Schmit", None)) is Code.TOO_MANY_MATCHES
    (found,) = good(made.platform.find_by_traits("Müller", date(1961, 3, 14)))
    assert found.id == "p-1"


@pytest.mark.parametrize(
    ("number", "expected"),
    [
        (5, Code.RECORD_INACTIVE),
        (6, Code.RECORD_CLOSED),
        (7, Code.RECORD_DECEASED),
        (8, Code.RECORD_NONE),
    ],
)
def test_records_that_cannot_be_opened(doctor: Make, number: int, expected: Code) -> None:
    made = doctor()
    failure = made.platform.open_record(made.patient(number), code(number))
    assert failed(failure) is expected
    assert isinstance(failure, Failure)
    assert ("date" in failure.facts) == (number == 5)


# -- opening ------------------------------------------------------------------------------------


def test_wrong_code_then_lock(doctor: Make) -> None:
    """CF-009: wrong, old and blacklisted read the same; the lock says how long."""
    made = doctor()
    patient = made.patient(10)
    for _ in range(4):
        assert failed(made.platform.open_record(patient, code(3))) is Code.PRESENCE_WRONG
    locked = made.platform.open_record(patient, code(3))
    assert failed(locked) is Code.PRESENCE_LOCKED
    assert isinstance(locked, Failure)
    assert int(locked.facts["minutes"]) == 15
    assert failed(made.platform.open_record(patient, code(10))) is Code.PRESENCE_LOCKED


def test_blacklisted_reads_as_a_wrong_code(doctor: Make) -> None:
    made = doctor()
    assert failed(made.platform.open_record(made.patient(9), code(9))) is Code.PRESENCE_WRONG


def test_medecin_referent_needs_no_code(doctor: Make) -> None:
    """CF-007."""
    made = doctor("kieffer")
    patient = made.patient(2)
    (listed,) = good(made.platform.my_mandates(patient.id))
    mandate = good(made.platform.open_record(patient, None))
    assert mandate.kind is listed.kind is MandateKind.MEDECIN_REFERENT
    assert mandate.end is None
    assert Level.CONFIDENTIEL in {d.level for d in made.listed(patient)}


def test_without_mandate_and_without_code(doctor: Make) -> None:
    """CF-005."""
    made = doctor()
    patient = made.patient(10)
    assert made.platform.my_mandates(patient.id) == ()
    assert failed(made.platform.open_record(patient, None)) is Code.NO_MANDATE


def test_reopening_by_the_running_mandate(doctor: Make) -> None:
    made = doctor()
    patient = made.opened(10)
    made.platform.close_record(patient.id)
    assert failed(made.platform.documents(patient.id, None)) is Code.NO_MANDATE
    mandate = good(made.platform.open_record(patient, None))
    assert mandate.kind is MandateKind.CONSULTATION
    assert mandate.until() is not None


@pytest.mark.parametrize(("fault", "carried_out"), [("lost_answer", True), ("drop", False)])
def test_unanswered_code(doctor: Make, simulator: Simulator, fault: str, *, carried_out: bool) -> None:
    """Contract §4: ask again without presence; only « no mandate » makes the user type again."""
    made = doctor()
    patient = made.patient(10)
    simulator.control.fault(fault, "/auth/token", times=1)
    result = made.platform.open_record(patient, code(10))
    if carried_out:
        assert good(result).kind is MandateKind.CONSULTATION
    else:
        assert failed(result) is Code.PRESENCE_UNANSWERED
    attempts = [m for m in simulator.control.state()["mandates"] if m["patient"] == patient.id]
    assert len([m for m in attempts if m["state"] in ("active", "grace")]) == int(carried_out)


def test_shortened_mandate_is_seen_and_closes(doctor: Make, simulator: Simulator) -> None:
    """CF-031."""
    made = doctor()
    patient = made.patient(10)
    mandate = good(made.platform.open_record(patient, code(10)))
    assert made.platform.read_mandate(patient.id, mandate) == mandate
    assert made.platform.read_mandate(patient.id, mandate) == mandate
    simulator.control.act("shorten-mandate", mandate=mandate.id)
    ended = made.platform.read_mandate(patient.id, mandate)
    assert isinstance(ended, Failure) is not isinstance(ended, Mandate)
    if isinstance(ended, Mandate):
        now = made.platform.server_now()
        assert now is not None
        assert ended.is_over(now)
    assert failed(made.platform.documents(patient.id, None)) is Code.MANDATE_ENDED


def test_unchanged_mandate_costs_a_304(doctor: Make, simulator: Simulator) -> None:
    made = doctor()
    patient = made.patient(10)
    mandate = good(made.platform.open_record(patient, code(10)))
    for _ in range(3):
        assert made.platform.read_mandate(patient.id, mandate) == mandate
    assert made.platform._client().patients._tags[mandate.id]


# -- documents ----------------------------------------------------------------------------------


def test_list_fetches_no_document(doctor: Make, simulator: Simulator) -> None:
    """CF-062: opening and listing is no read."""
    made = doctor()
    before = simulator.control.state()["requests"]
    patient = made.opened(1)
    rows = made.listed(patient)
    good(made.platform.episodes(patient.id))
    assert rows
    after = simulator.control.state()["requests"]
    fetched = {name for name in after if after[name] != before.get(name) and "Binary" in name}
    assert fetched == set()
    assert simulator.control.state()["without_traceparent"] == 0


def test_list_shows_what_the_rules_allow(doctor: Make) -> None:
    """CF-041, CF-042, CF-047, CF-054."""
    made = doctor()
    rows = {d.id: d for d in made.listed(made.opened(1))}
    assert "d-4" not in rows
    assert "d-5" not in rows
    assert rows["d-6"].level is Level.ANNONCE
    assert rows["d-6"].annonce_by
    assert rows["d-6"].annonce_at is not None
    assert rows["d-9"].status is DocumentStatus.DISABLED
    assert rows["d-1"].title == "Lettre de sortie – cardiologie"
    assert rows["d-1"].author.name == "Dr Anne Reding"
    assert rows["d-1"].episode_id == "e-1-1"
    assert [d.registered for d in rows.values()] == sorted(
        (d.registered for d in rows.values() if d.registered), reverse=True
    )


def test_pages_follow_next_verbatim(doctor: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("desktop.sync.searching.PAGE", "2")
    made = doctor()
    patient = made.opened(1)
    pages: list[DocumentPage] = []
    following: str | None = None
    while not pages or following is not None:
        pages.append(good(made.platform.documents(patient.id, following)))
        following = pages[-1].next
    found = [d.id for p in pages for d in p.documents]
    assert len(pages) > 2
    assert len(found) == len(set(found)) == pages[0].total
    assert all(p.complete for p in pages)


def test_read_proves_the_bytes_and_leaves_one_trace(doctor: Make) -> None:
    """CF-060."""
    made = doctor()
    (document,) = (d for d in made.listed(made.opened(1)) if d.id == "d-2")
    before = len(made.traces("read"))
    seen: list[tuple[int, int]] = []
    content = good(made.platform.read_document(document, lambda *at: seen.append(at)))
    assert content.startswith(b"%PDF-")
    assert seen[-1] == (len(content), len(content))
    (trace,) = made.traces("read")[before:]
    assert trace["document"] == "d-2"
    assert trace["software"] == "0.1.0"


def test_wrong_digest_is_never_shown(doctor: Make, simulator: Simulator) -> None:
    made = doctor()
    document = made.listed(made.opened(1))[0]
    simulator.control.fault("wrong_digest", "GET /Binary")
    assert failed(made.platform.read_document(document)) is Code.DIGEST_MISMATCH
    simulator.control.clear_faults()
    assert failed(made.platform.read_document(replace(document, size=3))) is Code.DIGEST_MISMATCH
    assert (
        failed(made.platform.read_document(replace(document, url="https://evil.example/x"))) is Code.NOT_FOUND
    )


def test_cut_everywhere(doctor: Make, simulator: Simulator) -> None:
    """A list or a document is whole or it is a failure; a single cut is made good by another try."""
    made = doctor()
    patient = made.opened(1)
    document = made.listed(patient)[0]
    assert document.size is not None
    for cut in (0, 1, 10, document.size // 2, document.size - 1):
        simulator.control.fault("cut", "GET /Binary", times=1, value=cut)
        assert len(good(made.platform.read_document(document))) == document.size
    simulator.control.clear_faults()
    for cut in (0, 1, 100, 3000):
        simulator.control.fault("cut", "DocumentReference", times=1, value=cut)
        assert good(made.platform.documents(patient.id, None)).complete
    simulator.control.fault("cut", "DocumentReference", value=100)
    assert failed(made.platform.documents(patient.id, None)) is Code.OFFLINE


@pytest.mark.parametrize("cut", [0, 1, 25, 250])
@pytest.mark.parametrize(
    "region",
    ["smart-configuration", "auth/challenge", "auth/token", "Patient", "Consent", "Encounter", "AuditEvent"],
)
def test_cut_in_every_region_is_mended_or_named(
    doctor: Make, simulator: Simulator, region: str, cut: int
) -> None:
    """Half an answer is never taken for a whole one, and the next try works."""
    simulator.control.fault("cut", region, times=1, value=cut)
    made = doctor("kieffer", logged_in=False)
    login = made.signer.log_in(made.platform)
    if isinstance(login, Failure):
        assert (region, login.code) == ("auth/challenge", Code.OFFLINE)
        made.log_in()
    patient = made.patient(2)
    (mandate,) = good(made.platform.my_mandates(patient.id))
    assert good(made.platform.open_record(patient, None)) == mandate
    assert good(made.platform.read_mandate(patient.id, mandate)) == mandate
    assert good(made.platform.episodes(patient.id)) == ()
    assert good(made.platform.my_traces(datetime.now(UTC) - timedelta(minutes=5)))


def test_versions(doctor: Make) -> None:
    made = doctor()
    (document,) = (d for d in made.listed(made.opened(1)) if d.id == "d-8")
    (former,) = good(made.platform.versions(document))
    assert (former.id, former.status) == ("d-7", DocumentStatus.SUPERSEDED)


def test_own_documents_without_mandate(doctor: Make) -> None:
    """CF-026: exactly mine, even when blacklisted."""
    made = doctor()
    patient = made.patient(9)
    page = good(made.platform.own_documents(patient.id))
    assert [d.id for d in page.documents] == ["d-16"]
    assert good(made.platform.read_document(page.documents[0])).startswith(b"%PDF-")
    assert failed(made.platform.episodes(patient.id)) is Code.NO_MANDATE


def test_own_documents_page_by_page_without_mandate(doctor: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("desktop.sync.searching.PAGE", "1")
    made = doctor()
    patient = made.patient(1)
    first = good(made.platform.own_documents(patient.id))
    second = good(made.platform.documents(patient.id, first.next))
    assert {d.id for d in first.documents + second.documents} == {"d-3", "d-8"}
    assert second.next is None
    assert second.complete


def test_delta_by_registration(doctor: Make) -> None:
    made = doctor()
    patient = made.opened(1)
    assert good(made.platform.documents_since(patient.id, datetime.now(UTC))).documents == ()
    long_ago = datetime(2000, 1, 1, tzinfo=UTC)
    assert len(good(made.platform.documents_since(patient.id, long_ago)).documents) == len(
        made.listed(patient)
    )


def test_episodes(doctor: Make) -> None:
    made = doctor()
    episodes = {e.id: e for e in good(made.platform.episodes(made.opened(1).id))}
    assert "e-1-3" not in episodes  # refused by the patient
    assert episodes["e-1-1"].kind is EpisodeKind.HOPITAL
    assert episodes["e-1-1"].provider == "Centre hospitalier de démonstration"
    assert episodes["e-1-1"].mandate == "etablissement"


# -- publishing ---------------------------------------------------------------------------------


@pytest.fixture
def sender(doctor: Make) -> tuple[Doctor, Patient, Mandate]:
    made = doctor()
    patient = made.patient(10)
    return made, patient, good(made.platform.open_record(patient, code(10)))


Sender = tuple[Doctor, Patient, Mandate]


def deposits(simulator: Simulator, sent: Deposit) -> list[dict[str, Any]]:
    return [d for d in simulator.control.state()["deposits"] if d["unique_id"] == sent.unique_id]


@pytest.mark.parametrize("dialect", ["transaction", "light", "auto"])
@pytest.mark.parametrize("level", [Level.STANDARD, Level.CONFIDENTIEL, Level.ANNONCE])
def test_publish(doctor: Make, simulator: Simulator, dialect: str, level: Level) -> None:
    """CF-015, CF-040, CF-050."""
    made = doctor(profile={"publish": dialect})
    patient = made.patient(10)
    mandate = good(made.platform.open_record(patient, code(10)))
    sent = deposit(patient, mandate, level=level)
    progress: list[tuple[int, int]] = []
    found = good(made.platform.publish(sent, PDF, lambda *at: progress.append(at)))
    if dialect == "light":
        stored = good(made.platform.find_published(sent))
        assert stored is not None
        assert stored.id == found
    else:
        (row,) = deposits(simulator, sent)
        assert (row["id"], row["sha1"], row["author"]) == (found, sent.sha1, "ps-weber")
        assert (row["title"], row["level"]) == (sent.title, level.value)
    assert progress[-1][0] == progress[-1][1] > len(PDF)
    listed = next(d for d in made.listed(patient) if d.id == found)
    assert (listed.level, listed.sha1, listed.title) == (level, sent.sha1, sent.title)
    assert listed.created is not None
    assert listed.created.date() == sent.created


@pytest.mark.parametrize(("fault", "stands"), [("lost_answer", True), ("drop", False)])
def test_lost_publish(sender: Sender, simulator: Simulator, fault: str, *, stands: bool) -> None:
    """Contract §5, CF-079: unknown, then proved by its identifier; nothing is sent twice."""
    made, patient, mandate = sender
    sent = deposit(patient, mandate)
    posts = simulator.control.state()["requests"].get("POST /", 0)
    simulator.control.fault(fault, "POST /$", times=1)
    assert failed(made.platform.publish(sent, PDF)) is Code.DEPOSIT_UNKNOWN
    found = good(made.platform.find_published(sent))
    assert (found is not None) is stands
    assert len(deposits(simulator, sent)) == int(stands)
    assert simulator.control.state()["requests"].get("POST /", 0) - posts == int(stands)


@pytest.mark.parametrize("status", [500, 502, 503, 504])
def test_broken_gateway_at_publish_is_unknown(sender: Sender, simulator: Simulator, status: int) -> None:
    made, patient, mandate = sender
    sent = deposit(patient, mandate)
    simulator.control.fault("status", "POST /$", times=1, value=status)
    assert failed(made.platform.publish(sent, PDF)) is Code.DEPOSIT_UNKNOWN
    assert made.platform.find_published(sent) is None
    assert good(made.platform.publish(sent, PDF))
    assert len(deposits(simulator, sent)) == 1


@pytest.mark.parametrize("cut", [0, 5, 200])
def test_cut_answer_of_a_publish(sender: Sender, simulator: Simulator, cut: int) -> None:
    made, patient, mandate = sender
    sent = deposit(patient, mandate)
    simulator.control.fault("cut", "POST /$", times=1, value=cut)
    assert failed(made.platform.publish(sent, PDF)) is Code.DEPOSIT_UNKNOWN
    assert good(made.platform.find_published(sent)) is not None
    assert len(deposits(simulator, sent)) == 1


def test_read_back_that_fails_leaves_it_unknown(sender: Sender, simulator: Simulator) -> None:
    made, patient, mandate = sender
    sent = deposit(patient, mandate)
    simulator.control.fault("drop", "DocumentReference/_search", times=3)
    assert failed(made.platform.publish(sent, PDF)) is Code.DEPOSIT_UNKNOWN
    assert good(made.platform.find_published(sent)) is not None


def test_mixed_result_is_read_back(sender: Sender, simulator: Simulator) -> None:
    """notes §5.2: HTTP 200 with one refused entry."""
    made, patient, mandate = sender
    sent = deposit(patient, mandate)
    simulator.control.fault("mixed_result", times=1)
    found = good(made.platform.publish(sent, PDF))
    assert deposits(simulator, sent)[0]["id"] == found


def test_sending_again_makes_no_second_document(sender: Sender, simulator: Simulator) -> None:
    made, patient, mandate = sender
    sent = deposit(patient, mandate)
    first = good(made.platform.publish(sent, PDF))
    assert good(made.platform.publish(sent, PDF)) == first
    assert len(deposits(simulator, sent)) == 1


@pytest.mark.parametrize(
    ("changes", "content", "expected"),
    [
        ({"category": "resume-patient"}, PDF, Code.CATEGORY_NOT_ALLOWED),
        ({"created": date.today() + timedelta(days=3)}, PDF, Code.DATE_IN_FUTURE),
        ({"sha1": "00" * 20}, PDF, Code.DIGEST_MISMATCH),
        ({"size": 3}, PDF, Code.DIGEST_MISMATCH),
        ({"episode_id": "e-1-1"}, PDF, Code.DEPOSIT_REFUSED),
    ],
)
def test_refused_deposits(
    sender: Sender, simulator: Simulator, changes: dict[str, Any], content: bytes, expected: Code
) -> None:
    made, patient, mandate = sender
    sent = deposit(patient, mandate, content, **changes)
    assert failed(made.platform.publish(sent, content)) is expected
    assert deposits(simulator, sent) == []


def test_identifier_of_another_document(sender: Sender, simulator: Simulator) -> None:
    """What stands there is not what was sent: never « déposé »."""
    made, patient, mandate = sender
    sent = deposit(patient, mandate)
    good(made.platform.publish(sent, PDF))
    other = PDF.replace(b"xxx", b"yyy")
    false = replace(sent, sha1=hashlib.sha1(other, usedforsecurity=False).hexdigest(), size=len(other))
    assert failed(made.platform.publish(false, other)) is Code.DIGEST_MISMATCH
    assert failed(made.platform.find_published(false)) is Code.DIGEST_MISMATCH


@pytest.mark.parametrize("patched", [True, False])
def test_new_version_supersedes(doctor: Make, patched: bool) -> None:
    made = doctor(profile={"replace_patch": patched})
    patient = made.patient(10)
    mandate = good(made.platform.open_record(patient, code(10)))
    first = good(made.platform.publish(deposit(patient, mandate), PDF))
    second = good(made.platform.publish(deposit(patient, mandate, replaces=first), PDF))
    rows = {d.id: d for d in made.listed(patient)}
    assert first not in rows
    assert [d.id for d in good(made.platform.versions(rows[second]))] == [first]


def test_outbox_sends_by_the_running_mandate_after_a_restart(sender: Sender, doctor: Make) -> None:
    """Contract §4: no presence from the outbox."""
    _, patient, mandate = sender
    later = doctor()
    assert good(later.platform.publish(deposit(patient, mandate), PDF))


def test_ended_mandate_stops_the_outbox(sender: Sender, doctor: Make, simulator: Simulator) -> None:
    _, patient, mandate = sender
    simulator.control.act("shorten-mandate", mandate=mandate.id)
    later = doctor()
    assert failed(later.platform.publish(deposit(patient, mandate), PDF)) is Code.NO_MANDATE


# -- levels and traces --------------------------------------------------------------------------


def test_level_change_and_conflict(sender: Sender) -> None:
    """CF-045: under If-Match; the stale row is refused."""
    made, patient, mandate = sender
    found = good(made.platform.publish(deposit(patient, mandate), PDF))
    before = next(d for d in made.listed(patient) if d.id == found)
    after = good(made.platform.change_level(before, Level.CONFIDENTIEL))
    assert after.level is Level.CONFIDENTIEL
    assert after.version_tag != before.version_tag
    assert failed(made.platform.change_level(before, Level.CONFIDENTIEL)) is Code.CHANGED_ELSEWHERE
    back = good(made.platform.change_level(after, Level.STANDARD))
    assert back.level is Level.STANDARD
    assert failed(made.platform.change_level(back, Level.ANNONCE)) is Code.NOT_ENTITLED  # CF-043


def test_annonce_is_lifted_with_a_statement(sender: Sender) -> None:
    """CF-044."""
    made, patient, mandate = sender
    found = good(made.platform.publish(deposit(patient, mandate, level=Level.ANNONCE), PDF))
    row = next(d for d in made.listed(patient) if d.id == found)
    assert row.level is Level.ANNONCE
    lifted = good(made.platform.lift_annonce(row, "La patiente a été accompagnée."))
    assert lifted.level is Level.STANDARD


def test_my_traces(doctor: Make) -> None:
    made = doctor()
    patient = made.opened(1)
    document = next(d for d in made.listed(patient) if d.id == "d-1")
    good(made.platform.read_document(document))
    traces = good(made.platform.my_traces(datetime.now(UTC) - timedelta(minutes=5)))
    found = next(t for t in traces if t.document_id == "d-1")
    assert found.action == "read"
    assert (found.patient_id, found.software, found.succeeded) == ("p-1", "0.1.0", True)
    assert found.who == "Dr Claire Weber"
    assert list(traces) == sorted(traces, key=lambda t: t.when, reverse=True)


def test_history_for_mr_only(doctor: Make) -> None:
    """CF-061."""
    referent = doctor("kieffer")
    patient = referent.patient(2)
    good(referent.platform.open_record(patient, None))
    assert good(referent.platform.patient_traces(patient.id))
    other = doctor()
    opened = other.opened(1)
    assert failed(other.platform.patient_traces(opened.id)) is Code.NOT_ENTITLED


def test_local_read_is_reported_once(doctor: Make) -> None:
    """CF-060: the same id twice is one trace."""
    made = doctor()
    patient = made.patient(1)
    mandate = good(made.platform.open_record(patient, code(1)))
    read = LocalRead(f"urn:uuid:{uuid.uuid4()}", patient.id, "d-1", mandate.id, datetime.now(UTC))
    before = len(made.traces("read"))
    for _ in range(2):
        assert made.platform.report_local_read(read) is None
    (trace,) = made.traces("read")[before:]
    assert (trace["document"], trace["mandate"]) == ("d-1", mandate.id)


# -- the way to the platform ----------------------------------------------------------------------


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
    """The answer would come after 20 s; the worker is back before anything else happens."""
    made = doctor()
    simulator.control.fault("latency", "Patient/_search", value=20_000)
    results: list[object] = []
    worker = threading.Thread(target=lambda: results.append(made.platform.find_by_matricule(Matricule("1"))))
    worker.start()
    while not any(f["hits"] for f in simulator.control.state()["faults"]):
        pass
    made.platform.cancel_all()
    worker.join(5)
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
