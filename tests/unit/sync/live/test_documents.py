"""Lists, documents, episodes and versions as the platform serves them."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from desktop.domain.errors import Code, Failure
from desktop.domain.record import DocumentPage, DocumentStatus, EpisodeKind, Level
from desktop.features.accesses.feature import ACCESSES
from desktop.features.accesses.wire import AccessesWire
from tests.simulator_fixture import Simulator
from tests.unit.sync.live.doctor import Make, failed, good


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
    monkeypatch.setattr("desktop.sync.fhir_search.PAGE", "2")
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
    accesses = AccessesWire(made.platform.kit(ACCESSES.wire_calls, {}))
    assert good(accesses.my_traces(datetime.now(UTC) - timedelta(minutes=5)))


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
    monkeypatch.setattr("desktop.sync.fhir_search.PAGE", "1")
    made = doctor()
    patient = made.patient(1)
    first = good(made.platform.own_documents(patient.id))
    second = good(made.platform.documents(patient.id, first.next))
    assert {d.id for d in first.documents + second.documents} == {"d-3", "d-8"}
    assert second.next is None
    assert second.complete


def test_episodes(doctor: Make) -> None:
    made = doctor()
    episodes = {e.id: e for e in good(made.platform.episodes(made.opened(1).id))}
    assert "e-1-3" not in episodes  # refused by the patient
    assert episodes["e-1-1"].kind is EpisodeKind.HOPITAL
    assert episodes["e-1-1"].provider == "Centre hospitalier de démonstration"
    assert episodes["e-1-1"].mandate == "etablissement"
