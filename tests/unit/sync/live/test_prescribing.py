"""An ordonnance against the platform: published whole, followed, cancelled; the same as it was signed."""

import hashlib
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from desktop.domain.deposit import CheckReport, Verdict
from desktop.domain.errors import Code, Result
from desktop.domain.prescription.lifecycle import LineAct, LineState, OrdonnanceState
from desktop.domain.prescription.ordonnance import Amount, Nature
from desktop.domain.publication import Publication, Stage, Stands
from desktop.domain.record import Mandate, MandateKind, Patient
from desktop.domain.secret import Secret
from desktop.domain.signature import Signed
from desktop.features.prescribing.domain.codes import REFUSALS, RxCode
from desktop.features.prescribing.domain.draft import RxDraft, new_draft
from desktop.features.prescribing.domain.filling import act_of, line_of, understood
from desktop.features.prescribing.domain.following import NATURES
from desktop.features.prescribing.kept import KEPT
from desktop.features.prescribing.port import CALLS
from desktop.features.prescribing.service.issuing import RxPrepared, prepared, publication
from desktop.features.prescribing.service.publishing import RxPublications
from desktop.features.prescribing.wire import PrescribingWire
from desktop.pdf.check import check
from desktop.pdf.write import DocumentWriter
from desktop.services.drug_data import line_reader
from desktop.services.record import OpenRecord
from tests.fakes import FakeKept
from tests.fakes.store import FakeVault
from tests.samples.practice import ACCOUNT
from tests.samples.signed import detached, pdf
from tests.simulator_fixture import Simulator, running_simulator
from tests.unit.sync.live.doctor import MATRICULES, Doctor, Make, code, failed, good

LINES = ("amoxicilline 500 mg gélule 1-1-1 7j", "baume magistral xyz 1-0-1 7j qté 1")


@pytest.fixture(scope="module")
def simulator(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Simulator]:
    """One of its own: its patients get ordonnances that other tests do not expect."""
    with running_simulator(tmp_path_factory.mktemp("prescribing"), cards="weber,schmitz,kieffer") as running:
        MATRICULES.update({p["id"]: p["matricule"] for p in running.control.wait_loaded()["patients"]})
        yield running


class Prescriber:
    """A doctor before an open record, by the patient's code or by a right that runs."""

    def __init__(self, doctor: Doctor, number: int = 10, presence: Secret | None = None) -> None:
        self.doctor = doctor
        self.patient: Patient = doctor.patient(number)
        self.mandate: Mandate = good(doctor.platform.open_record(self.patient, presence))
        self.wire = PrescribingWire(doctor.platform.kit(CALLS, REFUSALS))
        self.account = replace(ACCOUNT, practitioner_id=doctor.platform.kit(CALLS, REFUSALS).me())

    def draft(self, *typed: str) -> RxDraft:
        made = new_draft(self.patient.id)
        for words in typed:
            said = understood(words, line_reader())
            assert said.complete, (words, said.missing, said.typed.left)
            made = made.with_line(line_of(said, None))
        return made

    def prepared(self, draft: RxDraft) -> Result[RxPrepared]:
        now = datetime.now(UTC).replace(microsecond=0)
        return prepared(draft, self.patient, self.account, now, self.wire, DocumentWriter().write)

    def signed(self, draft: RxDraft) -> Publication:
        """PDF by the program's writer, both signed by the card's key."""
        made, now = good(self.prepared(draft)), datetime.now(UTC).replace(microsecond=0)
        key = self.doctor.signature_key
        seal = Signed(pdf(made.to_sign.pdf, key, now), detached(made.to_sign.payload, key, now), now)
        sent, paper = publication(made, seal, OpenRecord(self.patient, self.mandate, None), self.account)
        assert paper.code == sent.known_as
        return sent


@pytest.fixture
def prescriber(doctor: Make) -> Prescriber:
    return Prescriber(doctor(), 10, code(10))


def since() -> datetime:
    return datetime.now(UTC) - timedelta(days=1)


def test_both_documents_stand_and_the_lines_are_active(prescriber: Prescriber) -> None:
    sent = prescriber.signed(prescriber.draft(*LINES))
    assert good(prescriber.wire.publish(sent)).stands is Stands.BOTH
    found = good(prescriber.wire.mine(prescriber.patient.id, since()))
    one = next(one for one in found if one.ordonnance.code == sent.known_as)
    assert one.signed == sent.bundle, "kept byte by byte"
    assert one.state is OrdonnanceState.ISSUED and one.may_practise is True
    assert [line.line.product.label for line in one.lines] == [
        "amoxicilline 500 mg",
        "baume magistral xyz",
    ]
    assert [line.line.product.coded for line in one.lines] == [True, False]
    assert [line.state for line in one.lines] == [LineState.ACTIVE] * 2


def test_the_pdf_conforms_with_the_qr_code_on_it(prescriber: Prescriber) -> None:
    """CF-057; of the signed one the checker doubts the signature alone, as of any."""
    made = good(prescriber.prepared(prescriber.draft(*LINES)))
    plain, sealed = check(made.to_sign.pdf), check(prescriber.signed(prescriber.draft(*LINES)).pdf)
    assert isinstance(plain, CheckReport) and isinstance(sealed, CheckReport)
    assert (plain.verdict, plain.declared) == (Verdict.CONFORMING, "1a"), plain.reasons
    assert sealed.signed and [reason.family for reason in sealed.reasons] == ["form"]


def test_in_the_patients_absence_only_a_standing_mandate_issues(doctor: Make) -> None:
    """A renewal by telephone: the médecin référent's mandate runs; a consultation's is over."""
    referent = Prescriber(doctor("kieffer"), 2)
    assert referent.mandate.kind is MandateKind.MEDECIN_REFERENT
    sent = referent.signed(referent.draft(LINES[0]))
    assert good(referent.wire.publish(sent)).stands is Stands.BOTH
    weber = Prescriber(doctor(), 10, code(10))
    sent = weber.signed(weber.draft(LINES[0]))
    weber.doctor.simulator.control.act("shorten-mandate", mandate=weber.mandate.id)
    assert failed(weber.wire.publish(sent)) in (Code.NO_MANDATE, Code.MANDATE_ENDED)
    mine = good(weber.wire.mine(weber.patient.id, since()))
    assert sent.known_as not in {one.ordonnance.code for one in mine}, "his own are told without a right"


@pytest.mark.parametrize("nature", [one for one in NATURES if one is not Nature.DEVICE])
def test_acts_alone_are_no_medication(prescriber: Prescriber, nature: Nature) -> None:
    """Each kind of act: published, followed, cancelled with a reason."""
    draft = new_draft(prescriber.patient.id).with_line(act_of(nature, "Acte demandé", Decimal(3)))
    sent = prescriber.signed(draft)
    assert sent.data.category == "traitements-medicaux-prescrits"
    assert good(prescriber.wire.publish(sent)).stands is Stands.BOTH
    found = good(prescriber.wire.mine(prescriber.patient.id, since()))
    one = next(one for one in found if one.ordonnance.code == sent.known_as)
    assert (one.lines[0].line.nature, one.lines[0].line.product.label) == (nature, "Acte demandé")
    cancelled = good(prescriber.wire.act(one.lines[0], LineAct.CANCEL, "doublon d'hier"))
    assert cancelled.state is LineState.CANCELLED


def test_a_device_and_the_practice_and_the_words_are_what_was_signed(prescriber: Prescriber) -> None:
    """Contract §2.3, §8.1: the letterhead of the login, the posology in words, a number of strips."""
    practice = prescriber.doctor.account.practice
    assert practice.name and practice.address and practice.phone
    prescriber.account = replace(prescriber.account, practice=practice)
    draft = prescriber.draft(LINES[0]).with_line(act_of(Nature.DEVICE, "Bandelettes", Decimal(100)))
    sent = prescriber.signed(draft)
    assert sent.data.category == "traitements-medicamenteux"
    assert good(prescriber.wire.publish(sent)).stands is Stands.BOTH
    found = good(prescriber.wire.mine(prescriber.patient.id, since()))
    one = next(one for one in found if one.ordonnance.code == sent.known_as)
    author = one.ordonnance.prescriber
    assert (author.place, author.address, author.phone) == (practice.name, practice.address, practice.phone)
    assert [line.state for line in one.lines] == [LineState.ACTIVE] * 2
    device = one.lines[1].line
    assert (device.nature, device.quantity) == (Nature.DEVICE, Amount(Decimal(100)))
    assert "1 le matin, 1 à midi, 1 le soir".encode() in sent.bundle


def test_what_was_changed_after_the_signature_is_refused_whole(prescriber: Prescriber) -> None:
    sent = prescriber.signed(prescriber.draft(LINES[0]))
    altered = sent.bundle.replace(b"1-1-1", b"9-9-9")
    wrong = replace(
        sent,
        bundle=altered,
        data=replace(sent.data, sha1=_sha1(altered), size=len(altered)),
    )
    assert failed(prescriber.wire.publish(wrong)) is RxCode.SIGNATURE_REFUSED
    assert good(prescriber.wire.standing(wrong)).stands is Stands.NEITHER


def test_suspended_resumed_and_cancelled_with_a_reason(prescriber: Prescriber) -> None:
    sent = prescriber.signed(prescriber.draft(LINES[0]))
    good(prescriber.wire.publish(sent))
    one = next(
        o
        for o in good(prescriber.wire.mine(prescriber.patient.id, since()))
        if o.ordonnance.code == sent.known_as
    )
    suspended = good(prescriber.wire.act(one.lines[0], LineAct.SUSPEND, "attente du labo"))
    assert (suspended.state, suspended.reason) == (LineState.SUSPENDED, "attente du labo")
    assert (
        failed(prescriber.wire.act(one.lines[0], LineAct.CANCEL, "version d'avant")) is Code.CHANGED_ELSEWHERE
    )
    active = good(prescriber.wire.act(suspended, LineAct.RESUME, ""))
    cancelled = good(prescriber.wire.act(active, LineAct.CANCEL, "erreur de dose"))
    assert cancelled.state is LineState.CANCELLED
    assert failed(prescriber.wire.act(cancelled, LineAct.SUSPEND, "trop tard ici")) is RxCode.STATE


def test_a_replaced_ordonnance_is_cancelled_when_the_new_one_is_issued(prescriber: Prescriber) -> None:
    first = prescriber.signed(prescriber.draft(LINES[0]))
    good(prescriber.wire.publish(first))
    second = prescriber.signed(replace(prescriber.draft(LINES[0]), replaces=first.known_as))
    good(prescriber.wire.publish(second))
    found = {o.ordonnance.code: o for o in good(prescriber.wire.mine(prescriber.patient.id, since()))}
    assert found[first.known_as].state is OrdonnanceState.CANCELLED
    assert found[second.known_as].ordonnance.replaces == first.known_as


def test_another_doctor_sees_none_of_them(prescriber: Prescriber, doctor: Make) -> None:
    good(prescriber.wire.publish(prescriber.signed(prescriber.draft(LINES[0]))))
    other = PrescribingWire(doctor("schmitz").platform.kit(CALLS, REFUSALS))
    assert good(other.mine(prescriber.patient.id, since())) == ()


def test_cf079_a_lost_answer_makes_no_second_ordonnance(prescriber: Prescriber) -> None:
    """The driver asks until it is there; the platform has it once."""
    vault = FakeVault()
    vault.holder = "H1"
    rows = FakeKept(KEPT, vault)
    clock = prescriber.doctor.clock
    service = RxPublications(prescriber.wire, rows, lambda: datetime.now(UTC), lambda: True, clock.monotonic)
    sent = prescriber.signed(prescriber.draft(LINES[0]))
    good(service.keep(sent))
    prescriber.doctor.simulator.control.fault("lost_answer", "POST /$", times=1)
    first = good(service.advance(sent.id))
    assert first.stage in (Stage.SENT, Stage.PUBLISHED)
    prescriber.doctor.simulator.control.clear_faults()
    last = good(service.advance(sent.id))
    assert last.stage is Stage.PUBLISHED and last.known_as == sent.known_as
    found = good(prescriber.wire.mine(prescriber.patient.id, since()))
    assert [o.ordonnance.code for o in found].count(sent.known_as) == 1
    rows.close()


def test_cf062_the_data_of_a_summary_are_one_traced_read(prescriber: Prescriber) -> None:
    """Bytes that are no summary are refused; the call is the one that reads any document."""
    sent = prescriber.signed(prescriber.draft(LINES[0]))
    data = good(prescriber.wire.publish(sent)).data
    assert data is not None
    before = len(prescriber.doctor.traces("read"))
    assert failed(prescriber.wire.record_facts(data, date(2026, 11, 30))) is RxCode.SUMMARY_UNREADABLE
    assert len(prescriber.doctor.traces("read")) == before + 1


def _sha1(content: bytes) -> str:

    return hashlib.sha1(content, usedforsecurity=False).hexdigest()
