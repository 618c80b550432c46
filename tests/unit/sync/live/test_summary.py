"""The summary on the wire: its PDF and its data, both or none, never twice (contract §9)."""

import hashlib
import json
import uuid
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from desktop.common.bundle_signature import split_signature
from desktop.domain.deposit import Deposit
from desktop.domain.errors import Code, ErrorCode
from desktop.domain.record import DocumentStatus, Level, Mandate, Patient, data_of, shown
from desktop.features.summary.domain.publication import (
    CATEGORY,
    DATA_TYPE,
    REFUSALS,
    Publication,
    PublishingCode,
    Stage,
    Standing,
    Stands,
)
from desktop.features.summary.kept import KEPT
from desktop.features.summary.port import CALLS
from desktop.features.summary.service.publishing import Publications
from desktop.features.summary.wire import SummaryWire
from desktop.signing import jws, trust
from desktop.simulator.minimal_data import plain_pdf
from tests.fakes import FakeKept
from tests.fakes.store import FakeVault
from tests.samples import signed
from tests.samples.summary import bundle_of, publication
from tests.simulator_fixture import Simulator, running_simulator
from tests.unit.sync.live.doctor import (
    MATRICULES,
    SETTLE,
    Doctor,
    Make,
    code,
    deposit,
    failed,
    good,
)


@pytest.fixture(scope="module")
def simulator(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Simulator]:
    """One of its own: its patients get versions that other tests do not expect."""
    cards = "kieffer,schmitz,weber,reuter,thill"
    with running_simulator(tmp_path_factory.mktemp("summaries"), cards=cards) as running:
        state = running.control.wait_loaded()
        MATRICULES.update({p["id"]: p["matricule"] for p in state["patients"]})
        yield running


@pytest.fixture(params=["kind", "strict"])
def mode(request: pytest.FixtureRequest, simulator: Simulator) -> Iterator[str]:
    """A platform that makes all easy, and one that does no more than the standards ask."""
    if request.param == "strict":
        simulator.control.intake(repeated=422, settle_s=SETTLE)
    yield request.param
    simulator.control.intake()


class Referent:
    """A médecin référent before the record of his patient."""

    def __init__(self, doctor: Doctor) -> None:
        self.doctor = doctor
        self.patient: Patient = doctor.patient(2)
        self.mandate: Mandate = good(doctor.platform.open_record(self.patient, None))
        self.wire = wire_of(doctor)

    def sent(self, **changes: Any) -> Publication:
        """The next version, of what stands on the platform now."""
        stands = self.doctor.simulator.control.state()["features"]["summary"]["p-2"]
        made = document_of(self.patient, self.mandate, replaces=stands["pdf"])
        sent = publication(replace(made, **changes), urn(), self.doctor.pdf, former_data=stands["data"])
        return self.signed(sent, sent.bundle)

    def signed(self, sent: Publication, bundle: bytes) -> Publication:
        """*sent* with that Bundle, signed; what has no author is not."""
        return with_bundle(sent, signed.bundle(bundle, self.doctor.signature_key))


def document_of(patient: Patient, mandate: Mandate, **changes: Any) -> Deposit:
    return deposit(patient, mandate, title="Résumé patient", category=CATEGORY, **changes)


def wire_of(doctor: Doctor) -> SummaryWire:
    return SummaryWire(doctor.platform.kit(CALLS, REFUSALS))


def urn() -> str:
    return f"urn:uuid:{uuid.uuid4()}"


def rows(simulator: Simulator, sent: Publication) -> list[dict[str, Any]]:
    ids = (sent.id, sent.data.unique_id)
    return [d for d in simulator.control.state()["deposits"] if d["unique_id"] in ids]


def sendings(simulator: Simulator, sent: Publication) -> tuple[int, int]:
    counted: dict[str, int] = simulator.control.state()["sendings"]
    return counted.get(sent.id, 0), counted.get(sent.data.unique_id, 0)


@pytest.fixture
def referent(doctor: Make) -> Referent:
    return Referent(doctor("kieffer"))


def test_both_are_published_as_one_version(referent: Referent, simulator: Simulator, mode: str) -> None:
    """CF-052, CF-060: the former one is superseded, and the act leaves one trace."""
    before = len(referent.doctor.traces("send-version"))
    first = referent.sent()
    standing = good(referent.wire.publish(first))
    assert standing.stands is Stands.BOTH
    second = referent.sent()
    assert (second.document.replaces, second.data.replaces) == _ids(standing)
    assert good(referent.wire.publish(second)).stands is Stands.BOTH
    assert all(row["superseded"] for row in rows(simulator, first))
    assert not any(row["superseded"] for row in rows(simulator, second))
    assert len(referent.doctor.traces("send-version")) == before + 2


def test_a_list_shows_one_row_and_knows_of_the_data(referent: Referent, simulator: Simulator) -> None:
    standing = good(referent.wire.publish(referent.sent()))
    listed = referent.doctor.listed(referent.patient)
    assert standing.document is not None and standing.data is not None
    data = data_of(listed)[standing.document.id]
    assert (data.id, data.content_type, data.level) == (standing.data.id, DATA_TYPE, Level.STANDARD)
    ids = [d.id for d in shown(listed)]
    assert standing.document.id in ids and standing.data.id not in ids
    versions = good(referent.doctor.platform.versions(standing.document))
    assert [v.content_type for v in versions] == ["application/pdf"] * len(versions)


def test_cf062_its_data_are_read_once_when_asked_for(referent: Referent) -> None:
    sent = referent.sent()
    standing = good(referent.wire.publish(sent))
    before = referent.doctor.traces("read")
    assert standing.data is not None and standing.document is not None
    assert good(referent.wire.structured(standing.data)) == sent.bundle
    [trace] = referent.doctor.traces("read")[len(before) :]
    assert trace["document"] == standing.data.id
    assert failed(referent.wire.structured(standing.document)) is PublishingCode.NO_DATA
    assert len(referent.doctor.traces("read")) == len(before) + 1


def test_cf060_they_are_read_as_any_document_is_too(referent: Referent) -> None:
    """By the page of a summary that somebody else wrote: the record's own way, which the store can answer."""
    sent = referent.sent()
    standing = good(referent.wire.publish(sent))
    before = referent.doctor.traces("read")
    assert standing.data is not None
    assert good(referent.doctor.platform.read_document(standing.data)) == sent.bundle
    [trace] = referent.doctor.traces("read")[len(before) :]
    assert trace["document"] == standing.data.id


def test_data_that_arrive_changed_are_not_believed(referent: Referent, simulator: Simulator) -> None:
    standing = good(referent.wire.publish(referent.sent()))
    simulator.control.fault("wrong_digest", "/Binary/", times=1)
    assert standing.data is not None
    assert failed(referent.wire.structured(standing.data)) is Code.DIGEST_MISMATCH


@pytest.mark.parametrize(("fault", "stands"), [("lost_answer", Stands.BOTH), ("drop", Stands.NEITHER)])
def test_a_lost_answer_is_unknown_and_then_looked_up(
    referent: Referent, simulator: Simulator, mode: str, fault: str, stands: Stands
) -> None:
    sent = referent.sent()
    simulator.control.fault(fault, "POST /$", times=1)
    assert failed(referent.wire.publish(sent)) is PublishingCode.UNKNOWN
    referent.doctor.later(SETTLE)
    assert good(referent.wire.standing(sent)).stands is stands
    assert len(rows(simulator, sent)) == 2 * (stands is Stands.BOTH) == sum(sendings(simulator, sent))


def test_a_platform_that_takes_the_pdf_alone_is_completed(
    referent: Referent, simulator: Simulator, mode: str
) -> None:
    """« La plateforme a pris le PDF, pas les données »; then the data are sent, and only they."""
    former = referent.sent().document.replaces
    sent = referent.sent()
    simulator.control.fault("half_taken", times=1)
    assert failed(referent.wire.publish(sent)) is PublishingCode.HALF_TAKEN
    referent.doctor.later(SETTLE)
    half = good(referent.wire.standing(sent))
    assert half.stands is Stands.WITHOUT_DATA
    assert good(referent.wire.complete(sent, half)).stands is Stands.BOTH
    pdf, data = sorted(rows(simulator, sent), key=lambda row: row["transforms"] != "")
    assert data["transforms"] == pdf["id"] and pdf["replaces"] == former
    assert sendings(simulator, sent) == (1, 1), "the PDF was sent again"
    standing = [d for d in simulator.control.state()["deposits"] if d["category"] == CATEGORY]
    assert {d["id"] for d in standing if not d["superseded"]} == {pdf["id"], data["id"]}


def test_of_a_platform_that_took_the_data_alone_the_pdf_is_sent(
    referent: Referent, simulator: Simulator
) -> None:
    sent = referent.sent()
    other = good(referent.wire.publish(referent.sent()))
    assert other.data is not None
    data = replace(other.data, unique_id=sent.data.unique_id, size=sent.data.size, sha1=sent.data.sha1)
    sent = replace(sent, document=replace(sent.document, replaces=_ids(other)[0]))
    assert good(referent.wire.complete(sent, Standing(None, data))).stands is Stands.BOTH
    assert sendings(simulator, sent) == (1, 0)


@pytest.mark.parametrize("status", [500, 502, 503, 504])
def test_a_broken_gateway_is_unknown(referent: Referent, simulator: Simulator, status: int) -> None:
    sent = referent.sent()
    simulator.control.fault("status", "POST /$", times=1, value=status)
    assert failed(referent.wire.publish(sent)) is PublishingCode.UNKNOWN
    assert good(referent.wire.standing(sent)).stands is Stands.NEITHER
    assert good(referent.wire.publish(sent)).stands is Stands.BOTH and len(rows(simulator, sent)) == 2


@pytest.mark.parametrize("cut", [0, 5, 300])
def test_a_cut_answer_is_unknown_or_read_back(referent: Referent, simulator: Simulator, cut: int) -> None:
    sent = referent.sent()
    simulator.control.fault("cut", "POST /$", times=1, value=cut)
    assert failed(referent.wire.publish(sent)) is PublishingCode.UNKNOWN
    assert good(referent.wire.standing(sent)).stands is Stands.BOTH


def test_a_look_up_that_fails_leaves_it_unknown(referent: Referent, simulator: Simulator) -> None:
    sent = referent.sent()
    simulator.control.fault("lost_answer", "POST /$", times=1)
    assert failed(referent.wire.publish(sent)) is PublishingCode.UNKNOWN
    simulator.control.fault("drop", "/DocumentReference/", times=3)
    assert failed(referent.wire.standing(sent)) is PublishingCode.UNKNOWN
    assert good(referent.wire.standing(sent)).stands is Stands.BOTH


def test_other_bytes_under_its_identifier_are_never_called_published(
    referent: Referent, simulator: Simulator
) -> None:
    sent = referent.sent()
    good(referent.wire.publish(sent))
    false = replace(sent, data=replace(sent.data, sha1="00" * 20))
    assert failed(referent.wire.standing(false)) is Code.DIGEST_MISMATCH


def test_what_is_refused_again_stays_without_data(referent: Referent, simulator: Simulator) -> None:
    sent = referent.sent()
    simulator.control.fault("half_taken", times=2)
    assert failed(referent.wire.publish(sent)) is PublishingCode.HALF_TAKEN
    half = good(referent.wire.standing(sent))
    assert failed(referent.wire.complete(sent, half)) is PublishingCode.DATA_REFUSED
    assert good(referent.wire.standing(sent)).stands is Stands.WITHOUT_DATA
    assert good(referent.wire.complete(sent, half)).stands is Stands.BOTH


def test_an_answer_that_says_less_than_it_did(referent: Referent, simulator: Simulator) -> None:
    """HTTP 200 with one refused entry, and all of it stands."""
    simulator.control.fault("mixed_result", times=1)
    assert good(referent.wire.publish(referent.sent())).stands is Stands.BOTH


def test_sent_again_it_is_never_there_twice(referent: Referent, simulator: Simulator, mode: str) -> None:
    sent = referent.sent()
    first = good(referent.wire.publish(sent))
    again = referent.wire.publish(sent)
    if mode == "kind":
        assert again == first
    else:
        assert failed(again) is Code.DEPOSIT_REFUSED
    assert len(rows(simulator, sent)) == 2
    assert good(referent.wire.complete(sent, first)) == first and sendings(simulator, sent) == (2, 2)


def test_who_did_not_see_the_newest_version_is_told(referent: Referent, simulator: Simulator) -> None:
    old = referent.sent()
    good(referent.wire.publish(referent.sent()))
    assert failed(referent.wire.publish(old)) in (PublishingCode.NEWER_VERSION, Code.CHANGED_ELSEWHERE)
    beside = publication(
        document_of(referent.patient, referent.mandate), urn(), referent.doctor.pdf
    )  # as a client that knows of no version
    beside = referent.signed(beside, beside.bundle)
    assert failed(referent.wire.publish(beside)) is PublishingCode.NEWER_VERSION
    assert rows(simulator, old) == rows(simulator, beside) == []


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"type": "collection"}, PublishingCode.DATA_REFUSED),
        ({"identifier": None}, PublishingCode.DATA_REFUSED),
        ({"timestamp": ""}, PublishingCode.DATA_REFUSED),
        ({"total": 3}, PublishingCode.DATA_REFUSED),
        ({"entry": []}, PublishingCode.DATA_REFUSED),
        ({"entry": 5}, PublishingCode.DATA_REFUSED),
    ],
)
def test_data_that_are_no_document_take_their_pdf_along(
    referent: Referent, simulator: Simulator, change: dict[str, Any], expected: ErrorCode
) -> None:
    """Both or none: the transaction is one."""
    sent = referent.sent()
    bad = with_bundle(
        sent, json.dumps(bundle_of(sent.data.unique_id, referent.patient.matricule.digits) | change).encode()
    )
    assert failed(referent.wire.publish(bad)) is expected
    assert rows(simulator, sent) == []


@pytest.mark.parametrize("part", ["pdf", "data"])
def test_a_signature_of_another_key_refuses_both(referent: Referent, simulator: Simulator, part: str) -> None:
    """What the platform judges: tests/unit/simulator/test_signatures.py."""
    sent, login = referent.sent(), referent.doctor.login_key
    if part == "data":
        bad = with_bundle(sent, signed.bundle(sent.bundle, login))
    else:
        pdf = signed.pdf(plain_pdf("Résumé"), login)
        digest = hashlib.sha1(pdf, usedforsecurity=False).hexdigest()
        bad = replace(sent, document=replace(sent.document, size=len(pdf), sha1=digest), pdf=pdf)
    assert failed(referent.wire.publish(bad)) is Code.SIGNATURE_REFUSED
    assert rows(simulator, sent) == []
    assert good(referent.wire.publish(sent)).stands is Stands.BOTH


def test_the_data_of_another_patient_are_refused(referent: Referent, simulator: Simulator) -> None:
    sent = referent.sent()
    other = bundle_of(sent.data.unique_id, MATRICULES["p-1"])
    assert (
        failed(referent.wire.publish(with_bundle(sent, json.dumps(other).encode())))
        is PublishingCode.OTHER_PATIENT
    )
    assert rows(simulator, sent) == []


@pytest.mark.parametrize(
    ("card", "number"), [("weber", 3), ("reuter", 3), ("weber", 10), ("schmitz", 10), ("thill", 10)]
)
def test_cf071_nobody_but_his_referent_publishes_a_summary(
    doctor: Make, simulator: Simulator, card: str, number: int
) -> None:
    """Members of the cercle médical, general practitioners with the patient's code, a pharmacist."""
    made = doctor(card)
    patient = made.patient(number)
    mandate = good(made.platform.open_record(patient, code(number)))
    me = f"ps-{card}"
    sent = publication(document_of(patient, mandate, author_id=me), urn(), made.pdf)
    assert failed(wire_of(made).publish(sent)) is Code.NOT_ENTITLED
    assert rows(simulator, sent) == []
    assert made.traces("send")[-1]["reason"] == "not_entitled"


def test_who_is_referent_no_more_reads_what_he_wrote(doctor: Make, simulator: Simulator) -> None:
    """Domain §5.4: the author's view; and the publication of what he had signed is refused."""
    referent = Referent(doctor("kieffer"))
    sent = referent.sent()
    standing = good(referent.wire.publish(sent))
    later = referent.sent()
    simulator.control.act("hand-over", patient="p-2", practitioner="ps-schmitz")
    try:
        assert failed(referent.wire.publish(later)) in (Code.MANDATE_ENDED, Code.NO_MANDATE)
        referent.doctor.platform.close_record(referent.patient.id)
        assert good(referent.wire.standing(sent)) == standing, "the author may ask"
        own = good(referent.doctor.platform.own_documents(referent.patient.id)).documents
        assert {d.id for d in own} >= set(_ids(standing))
        assert standing.document is not None and standing.data is not None
        assert good(referent.doctor.platform.read_document(standing.document)) == sent.pdf
        assert good(referent.wire.structured(standing.data)) == sent.bundle
        successor = Referent(doctor("schmitz"))
        assert good(successor.wire.publish(successor.sent())).stands is Stands.BOTH
        assert all(row["superseded"] for row in rows(simulator, sent)), (
            "there is one summary, whoever writes it"
        )
    finally:
        simulator.control.act("hand-over", patient="p-2", practitioner="ps-kieffer")


def test_a_level_that_changes_takes_the_data_along(referent: Referent, simulator: Simulator) -> None:
    """Domain §5.1: what protects the PDF protects what it says."""
    standing = good(referent.wire.publish(referent.sent()))
    assert standing.document is not None
    changed = good(referent.doctor.platform.change_level(standing.document, Level.CONFIDENTIEL))
    assert changed.status is DocumentStatus.CURRENT
    levels = {d["level"] for d in simulator.control.state()["deposits"] if d["id"] in _ids(standing)}
    assert levels == {"confidentiel"}


@pytest.mark.parametrize(
    ("fault", "times"), [("lost_answer", 1), ("drop", 1), ("half_taken", 1), ("mixed_result", 1)]
)
def test_the_whole_way_ends_with_both(
    referent: Referent, simulator: Simulator, mode: str, fault: str, times: int
) -> None:
    """CF-079: kept, sent, lost, asked for twice, completed; and each of the two was taken once."""
    service = publications(referent)
    sent = referent.sent()
    good(service.keep(sent))
    simulator.control.fault(fault, "POST /$", times=times)
    for number in range(6):
        progress = good(service.advance(sent.id))
        if progress.stage.is_over:
            break
        referent.doctor.later((number + 1) * (SETTLE + 1))
    assert progress.stage is Stage.PUBLISHED and len(rows(simulator, sent)) == 2
    assert good(service.pending()).publications == (replace(progress, in_force=None),)


_FAULTS: tuple[dict[str, Any], ...] = (
    {"kind": "lost_answer"}, {"kind": "drop"}, {"kind": "half_taken"}, {"kind": "mixed_result"},
    {"kind": "cut", "value": 5}, {"kind": "status", "value": 503}, {"kind": "status", "value": 429},
    {"kind": "captive_portal"}, {"kind": "maintenance"},
)  # fmt: skip


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(faults=st.lists(st.sampled_from(_FAULTS), max_size=4))
def test_both_or_none_whatever_the_platform_does(
    referent: Referent, simulator: Simulator, mode: str, faults: list[dict[str, Any]]
) -> None:
    """CF-079: over the wire, each sending with a fault of its own, then a platform that is well."""
    referent.doctor.later(0)
    service = publications(referent)
    sent = referent.sent()
    good(service.keep(sent))
    for number in range(len(faults) + 9):
        for fault in faults[number : number + 1]:
            simulator.control.fault(path="POST /$", times=1, **fault)
        progress = good(service.advance(sent.id))
        simulator.control.clear_faults()
        if progress.stage.is_over:
            break
        referent.doctor.later((number + 1) * (SETTLE + 1))
    standing = [row["transforms"] != "" for row in rows(simulator, sent)]
    expected = {Stage.PUBLISHED: [False, True], Stage.WITHOUT_DATA: [False]}
    assert sorted(standing) == expected[progress.stage]
    assert progress.stage is Stage.PUBLISHED or {"kind": "half_taken"} in faults


def publications(referent: Referent) -> Publications:
    vault = FakeVault()
    vault.holder = "H1"
    clock = referent.doctor.clock
    return Publications(referent.wire, FakeKept(KEPT, vault), clock.now, lambda: True, clock.monotonic)


def _ids(standing: Standing) -> tuple[str, str]:
    assert standing.document is not None and standing.data is not None
    return standing.document.id, standing.data.id


def with_bundle(sent: Publication, written: bytes) -> Publication:
    digest = hashlib.sha1(written, usedforsecurity=False).hexdigest()
    return replace(sent, data=replace(sent.data, size=len(written), sha1=digest), bundle=written)


def test_the_directory_tells_whose_card_signed(referent: Referent) -> None:
    """Contract §7: the number in the signature certificate is one of its author's, and leaves no trace."""
    doctor = referent.doctor
    before = len(doctor.simulator.control.state()["traces"])
    numbers = good(referent.wire.card_numbers(doctor.platform.kit(CALLS, REFUSALS).me()))
    parts = split_signature(referent.sent().bundle)
    found = jws.read(parts.jws, parts.payload)
    assert found is not None and trust.signer(found.certificate)[1] in numbers
    assert failed(referent.wire.card_numbers("nobody")) is Code.NOT_FOUND
    assert len(doctor.simulator.control.state()["traces"]) == before
