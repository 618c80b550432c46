"""What is done about a copy, what must be looked at, what may be sent, and how a pile is kept."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop.domain.catalog import creatable
from desktop.domain.deposit import CheckReport, Conversion, Deposit, Draft, PiledDocument, Verdict
from desktop.domain.errors import Code, Failure
from desktop.domain.record import Level, MandateKind
from desktop.services.deposit import (
    MAX_BYTES,
    CopyPolicy,
    DepositForm,
    DepositService,
    copy_policy,
    must_be_compared,
    offered_categories,
)
from desktop.services.draft_pile import drafted, identified, pack_pile, restored, unpack_pile
from desktop.services.record import OpenRecord
from tests.answers import good
from tests.fakes import CONFORMING, FakeClock, FakePdf, open_store
from tests.samples.practice import ACCOUNT, NOW, mandate, patient

BAD = CheckReport(Verdict.NONCONFORMING, None, None, (), 1)
UNSURE = replace(BAD, verdict=Verdict.UNCONFIRMED)
RECORD = OpenRecord(patient(), mandate(), None, False)
FORM = DepositForm(b"%PDF", CONFORMING, creatable(ACCOUNT.profile)[0].slug, "Lettre", NOW.date())


@pytest.mark.parametrize(
    ("checked", "policy"),
    [
        (CONFORMING, CopyPolicy.NOT_NEEDED),
        (replace(CONFORMING, signed=True), CopyPolicy.NOT_NEEDED),
        (BAD, CopyPolicy.MAKE),
        (UNSURE, CopyPolicy.MAKE),
        (replace(BAD, has_form=True), CopyPolicy.ASK),
        (replace(BAD, signed=True), CopyPolicy.ASK),
        (replace(UNSURE, signed=True, has_form=True), CopyPolicy.ASK),
        (Failure(Code.FILE_NOT_PDF), CopyPolicy.MAKE),
        (Failure(Code.FILE_LOCKED), CopyPolicy.NEVER),
        (Failure(Code.FILE_UNREADABLE), CopyPolicy.NEVER),
        (Failure(Code.FILE_UNSAFE), CopyPolicy.NEVER),
    ],
)
def test_signature_and_data_are_told_first(checked: CheckReport | Failure, policy: CopyPolicy) -> None:
    """What a copy would destroy is never changed in silence."""
    assert copy_policy(checked) is policy


@pytest.mark.parametrize(
    ("changes", "differs", "pictured", "looked_at"),
    [
        ((), False, (), False),
        (("pdfa.change_fonts", "pdfa.change_javascript"), False, (), False),
        ((), True, (), True),
        ((), False, (2,), True),
        (("pdfa.change_fonts", "pdfa.change_form"), False, (), True),
        (("pdfa.change_attachment",), False, (), True),
        (("pdfa.change_signature",), False, (), True),
        (("pdfa.change_from_image",), False, (), True),
        (("pdfa.change_from_tomorrow",), False, (), True),
    ],
)
def test_what_may_have_changed_visibly_is_looked_at(
    changes: tuple[str, ...], differs: bool, pictured: tuple[int, ...], looked_at: bool
) -> None:
    """A kind of change that is not known to be unseen counts as seen."""
    assert must_be_compared(Conversion(b"", CONFORMING, differs, pictured, changes)) is looked_at


def _service() -> DepositService:
    return DepositService(FakePdf(), open_store(), FakeClock())


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"patient_objects": True}, Code.PATIENT_OBJECTS),
        ({"content": None}, Code.DEPOSIT_INCOMPLETE),
        ({"report": BAD}, Code.FILE_NOT_CONFORMING),
        ({"report": UNSURE}, Code.FILE_UNCONFIRMED),
        ({"category": ""}, Code.DEPOSIT_INCOMPLETE),
        ({"category": "expression-titulaire"}, Code.CATEGORY_NOT_ALLOWED),
        ({"title": "  "}, Code.DEPOSIT_INCOMPLETE),
        ({"created": None}, Code.DEPOSIT_INCOMPLETE),
        ({"created": NOW.date() + timedelta(days=1)}, Code.DATE_IN_FUTURE),
        ({"level": Level.PRIVE}, Code.NOT_ENTITLED),
    ],
)
def test_what_may_not_be_sent_is_refused(change: dict[str, Any], code: Code) -> None:
    """CF-027, CF-040, CF-051, CF-055, CF-056; only what the checker confirmed may go."""
    outcome = _service().confirm(replace(FORM, **change), RECORD, ACCOUNT)
    assert isinstance(outcome, Failure) and outcome.code is code


@pytest.mark.parametrize(
    ("change", "field"),
    [({"content": None}, "file"), ({"report": None}, "file"), ({"category": ""}, "category"),
     ({"title": " \t"}, "title"), ({"created": None}, "date")],
)  # fmt: skip
def test_what_is_missing_is_named(change: dict[str, Any], field: str) -> None:
    outcome = _service().confirm(replace(FORM, **change), RECORD, ACCOUNT)
    assert outcome == Failure.of(Code.DEPOSIT_INCOMPLETE, field=field)


@pytest.mark.parametrize("level", list(Level))
def test_levels_of_a_deposit(level: Level) -> None:
    """CF-040, CF-043, domain §5.2: an annonce is set here and never later; Privé is the patient's."""
    outcome = _service().confirm(replace(FORM, level=level), RECORD, ACCOUNT)
    assert isinstance(outcome, Deposit) == (level not in (Level.PRIVE, Level.UNRECOGNISED))
    assert isinstance(outcome, Failure) or outcome.level is level


MR, CMC = MandateKind.MEDECIN_REFERENT, MandateKind.CERCLE_MEDICAL


@pytest.mark.parametrize(("kind", "expected"), [(MR, True), (CMC, False), (MandateKind.CONSULTATION, False)])
def test_only_the_medecin_referent_sends_the_summary(kind: MandateKind, expected: bool) -> None:
    """CF-027, CF-028, domain §1.1: a médecin for all others is one for this patient."""
    record = replace(RECORD, mandate=mandate(kind=kind))
    offered = {c.slug for c in offered_categories(ACCOUNT.profile, record)}
    assert ("resume-patient" in offered) is expected
    outcome = _service().confirm(replace(FORM, category="resume-patient"), record, ACCOUNT)
    assert isinstance(outcome, Deposit) is expected


def test_nothing_is_sent_from_the_authors_view() -> None:
    """CF-026: it is no mandate, whatever the profession may create."""
    record = replace(RECORD, mandate=mandate(kind=MandateKind.AUTEUR, end=None, grace_end=None))
    assert offered_categories(ACCOUNT.profile, record) == ()
    assert _service().confirm(FORM, record, ACCOUNT) == Failure(Code.NO_MANDATE)


@pytest.mark.parametrize("offline", [True, False])
def test_the_grace_is_writable_and_not_one_moment_more(offline: bool) -> None:
    """CF-034: also of a record that is shown from the cache."""
    record = replace(RECORD, offline=offline)
    clock = FakeClock(NOW + timedelta(hours=24) - timedelta(seconds=1))
    service, later = DepositService(FakePdf(), open_store(), clock), replace(FORM, unique_id="urn:2")
    assert isinstance(service.confirm(FORM, record, ACCOUNT), Deposit)
    clock.advance(1)
    assert service.confirm(later, record, ACCOUNT) == Failure(Code.MANDATE_ENDED)


def test_a_document_of_today_is_todays_in_luxembourg() -> None:
    """Half past midnight there is yesterday's evening in UTC."""
    clock = FakeClock(datetime(2026, 7, 1, 22, 30, tzinfo=UTC))
    record = replace(RECORD, mandate=mandate(end=None, grace_end=None))
    service = DepositService(FakePdf(), open_store(), clock)
    assert isinstance(service.confirm(replace(FORM, created=date(2026, 7, 2)), record, ACCOUNT), Deposit)
    refused = service.confirm(replace(FORM, created=date(2026, 7, 3)), record, ACCOUNT)
    assert refused == Failure(Code.DATE_IN_FUTURE)


def test_a_sound_form_is_frozen() -> None:
    """CF-015: the author is the card's holder; CF-052: a version names what it replaces."""
    deposit = _service().confirm(replace(FORM, replaces="d7"), RECORD, ACCOUNT)
    assert isinstance(deposit, Deposit)
    assert (deposit.author_id, deposit.replaces) == (ACCOUNT.practitioner_id, "d7")
    assert deposit.size == 4 and len(deposit.sha1) == 40


def test_cf050_what_the_author_confirms_is_frozen_together() -> None:
    deposit = _service().confirm(FORM, RECORD, ACCOUNT)
    assert isinstance(deposit, Deposit)
    assert (deposit.patient, deposit.mandate) == (RECORD.patient, RECORD.mandate)
    assert (deposit.category, deposit.level) == (FORM.category, FORM.level)
    assert (deposit.author_id, deposit.author_name) == (ACCOUNT.practitioner_id, ACCOUNT.name)


def test_empty_and_huge_files_have_their_sentence() -> None:
    service = _service()
    empty, huge = service.check(b""), service.check(b"x" * (MAX_BYTES + 1))
    assert isinstance(empty, Failure) and empty.code is Code.FILE_EMPTY
    assert isinstance(huge, Failure) and huge.code is Code.FILE_TOO_LARGE
    assert huge.facts == {"megabytes": 51, "limit": 50}


def test_copy_that_grew_over_the_limit_is_not_queued() -> None:
    grown = _service().confirm(replace(FORM, content=b"x" * (MAX_BYTES + 1)), RECORD, ACCOUNT)
    assert grown == Failure.of(Code.FILE_TOO_LARGE, megabytes=51, limit=50)


_piled = st.builds(
    PiledDocument,
    st.text(max_size=5),
    st.text(max_size=5),
    st.none() | st.dates(date(1900, 1, 1), date(2026, 11, 21)),
    st.sampled_from(Level),
    st.booleans(),
    st.text(max_size=5),
    st.binary(max_size=50),
)


@given(st.lists(_piled, max_size=4))
def test_a_pile_comes_back_as_it_was(documents: list[PiledDocument]) -> None:
    assert unpack_pile(pack_pile(documents)) == tuple(documents)


@given(st.binary(max_size=60))
def test_the_content_of_an_older_draft_is_no_pile(content: bytes) -> None:
    assert unpack_pile(b"%PDF" + content) is None
    packed = pack_pile([PiledDocument(title="a")])
    assert unpack_pile(packed[:-1]) is None


def test_drafts_of_former_programs_come_back() -> None:
    """One document as its bare content; then piles whose words were in the file."""
    old = Draft(patient(), "courrier", "Lettre", None, Level.STANDARD, "a.pdf", NOW)
    (one,) = restored(old, b"%PDF")
    assert (one.title, one.file_name, one.content) == ("Lettre", "a.pdf", b"%PDF")
    two = (PiledDocument(title="a", content=b"a"), PiledDocument(title="b"))
    assert restored(old, pack_pile(two)) == two


def test_words_are_the_rows_and_contents_the_files() -> None:
    documents = [identified(PiledDocument(title=t, content=t.encode())) for t in ("a", "b")]
    newer = [replace(documents[1], title="B")]
    draft = drafted(patient(), newer, NOW)
    assert all(d.content == b"" for d in draft.documents)
    assert restored(draft, pack_pile(documents)) == tuple(newer)


def test_what_is_in_the_outbox_is_no_draft_as_well() -> None:
    """A draft that was on its way to the disk while its document was queued."""
    service = _service()
    one, other = PiledDocument(title="a", unique_id="urn:1"), PiledDocument(title="b", unique_id="urn:2")
    assert service.keep_draft(RECORD.patient, (one, other)) is None
    confirmed = service.confirm(replace(FORM, unique_id="urn:1"), RECORD, ACCOUNT)
    assert isinstance(confirmed, Deposit) and confirmed.unique_id == "urn:1"
    assert service.keep_draft(RECORD.patient, (one, other)) is None
    assert [d.title for d in good(service.draft(RECORD))] == ["b"]
    assert service.keep_draft(RECORD.patient, (one,)) is None
    assert service.draft(RECORD) == ()


def test_a_document_confirmed_before_the_draft_was_read_leaves_it() -> None:
    service = _service()
    kept, early = PiledDocument(title="a", unique_id="urn:1"), PiledDocument(title="b", unique_id="urn:2")
    assert service.keep_draft(RECORD.patient, (kept,)) is None
    both = service.with_kept(RECORD, (early,))
    assert not isinstance(both, Failure)
    assert [d.title for d in both] == ["b", "a"]
    assert service.with_kept(RECORD, both) == both, "each once"
    confirmed = service.confirm(replace(FORM, unique_id="urn:2"), RECORD, ACCOUNT, both)
    assert isinstance(confirmed, Deposit)
    assert [d.title for d in good(service.draft(RECORD))] == ["a"]


def test_a_draft_that_cannot_be_read_is_not_written_over() -> None:
    """A failed read is no « there is none »: what was typed meanwhile waits, and so does its confirmation."""
    store = open_store()
    service = DepositService(FakePdf(), store, FakeClock())
    kept, early = PiledDocument(title="a", unique_id="urn:1"), PiledDocument(title="b", unique_id="urn:2")
    assert service.keep_draft(RECORD.patient, (kept,)) is None
    failed = store.answers["draft"] = Failure(Code.STORE_FAILED)
    form = replace(FORM, unique_id="urn:2")
    assert service.draft(RECORD) == failed
    assert service.with_kept(RECORD, (early,)) == failed
    assert service.keep_beside(RECORD, (early,)) == failed
    assert service.confirm_beside(form, RECORD, ACCOUNT, (early,)) == failed
    assert store.outbox() == ()
    del store.answers["draft"]
    assert service.draft(RECORD) == (identified(kept),)
    assert service.keep_beside(RECORD, (early,)) is None
    assert service.draft(RECORD) == (identified(early), identified(kept))
    assert isinstance(service.confirm_beside(form, RECORD, ACCOUNT, (early,)), Deposit)
    assert service.draft(RECORD) == (identified(kept),)
