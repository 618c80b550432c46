"""Reading one document, from the platform or from the cache; levels and versions (domain §5)."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from desktop.domain.errors import Code, Failure
from desktop.domain.record import Author, Document, DocumentStatus, Level
from desktop.services.documents import DocumentService
from desktop.services.record import OpenRecord
from desktop.services.session import SESSION_OVER
from desktop.sync.profile import KEPT_AT_MOST
from tests.fakes import FakeClock, FakePlatform, FakeStore, open_store
from tests.fakes.platform import CONTENT
from tests.samples.practice import ACCOUNT, NOW, deposit, document, mandate, patient

DOCUMENT = document(deposit(1), "d1")
RECORD = OpenRecord(patient(), mandate(), None)
OFFLINE = OpenRecord(patient(), mandate(), None, offline=True)


@pytest.fixture
def platform() -> FakePlatform:
    return FakePlatform().sign_in()


@pytest.fixture
def store() -> FakeStore:
    return open_store()


@pytest.fixture
def documents(platform: FakePlatform, store: FakeStore) -> DocumentService:
    """A service that has read DOCUMENT once: it lies in the cache."""
    made = DocumentService(platform, store, FakeClock())
    assert isinstance(made.read(RECORD, DOCUMENT, ACCOUNT), bytes)
    return made


@pytest.mark.parametrize("code", sorted(SESSION_OVER))
def test_cf019_a_refused_trace_refuses_the_cached_read(
    documents: DocumentService, platform: FakePlatform, store: FakeStore, code: Code
) -> None:
    platform.answers["report_local_read"] = Failure(code)
    result = documents.read(RECORD, DOCUMENT, ACCOUNT)
    assert isinstance(result, Failure) and result.code is code
    assert not store.shelf().reads, "what was not shown was not read"


def test_a_trace_that_is_late_refuses_nothing(
    documents: DocumentService, platform: FakePlatform, store: FakeStore
) -> None:
    platform.answers["report_local_read"] = Failure(Code.PLATFORM_BUSY)
    assert isinstance(documents.read(RECORD, DOCUMENT, ACCOUNT), bytes)
    assert len(store.shelf().reads) == 1


# -- reading


def test_a_document_is_fetched_once_and_each_read_is_traced(
    documents: DocumentService, platform: FakePlatform, store: FakeStore
) -> None:
    """CF-060, CF-062: the platform traces what it gives, the cache's reads are told."""
    assert platform.asked.count("read_document") == 1 and platform.heard == []
    assert documents.read(RECORD, DOCUMENT, ACCOUNT) == CONTENT
    assert platform.asked.count("read_document") == 1 and len(platform.heard) == 1
    assert not store.shelf().reads


def test_a_disabled_document_is_not_read_from_anywhere(
    documents: DocumentService, platform: FakePlatform
) -> None:
    """CF-054: also where its content still lies in the cache."""
    asked = list(platform.asked)
    disabled = replace(DOCUMENT, status=DocumentStatus.DISABLED)
    assert documents.read(RECORD, disabled, ACCOUNT) == Failure(Code.DOCUMENT_DISABLED)
    assert platform.asked == asked


def test_offline_only_what_was_read_is_there(
    documents: DocumentService, platform: FakePlatform, store: FakeStore
) -> None:
    """CF-060: its trace waits for the platform."""
    asked = list(platform.asked)
    assert documents.read(OFFLINE, DOCUMENT, ACCOUNT) == CONTENT
    assert documents.read(OFFLINE, replace(DOCUMENT, id="d2"), ACCOUNT) == Failure(Code.NOT_CACHED)
    assert platform.asked == asked
    (trace,) = store.shelf().reads.values()
    assert (trace.document_id, trace.patient_id, trace.mandate_id) == ("d1", "p1", "m1")


def test_what_cannot_be_traced_is_not_shown(
    documents: DocumentService, platform: FakePlatform, store: FakeStore
) -> None:
    """CF-060: a full disk, and nobody to tell."""
    store.full, platform.reachable = True, False
    assert documents.read(OFFLINE, DOCUMENT, ACCOUNT) == Failure(Code.READ_UNTRACED)


def test_a_refused_read_keeps_nothing(platform: FakePlatform, store: FakeStore) -> None:
    service = DocumentService(platform, store, FakeClock())
    platform.answers["read_document"] = Failure(Code.MANDATE_ENDED)
    assert service.read(RECORD, DOCUMENT, ACCOUNT) == Failure(Code.MANDATE_ENDED)
    assert store.shelf().bodies == {}


@pytest.mark.parametrize(
    ("author", "account", "unlimited", "kept"),
    [
        ("other", "pr1", False, timedelta(hours=24)),  # until the mandate's end
        ("other", "pr1", True, KEPT_AT_MOST),
        ("pr1", "pr1", False, None),  # own: no mandate's end takes it
        ("", "", False, timedelta(hours=24)),  # a weak server names nobody: not own
        ("other", "", False, timedelta(hours=24)),
    ],
)
def test_what_a_mandate_gave_is_kept_until_its_end_and_own_work_stays(
    platform: FakePlatform,
    store: FakeStore,
    author: str,
    account: str,
    unlimited: bool,
    kept: timedelta | None,
) -> None:
    """CF-066, domain §5.4."""
    right = mandate(end=None, grace_end=None) if unlimited else mandate()
    store.hold_right("p1", right.kept_until(NOW, KEPT_AT_MOST))
    service = DocumentService(platform, store, FakeClock())
    one = replace(DOCUMENT, author=Author(author, "Dr"))
    service.read(OpenRecord(patient(), right, None), one, replace(ACCOUNT, practitioner_id=account))
    assert store.shelf().bodies["d1"].until == (None if kept is None else NOW + kept)


def test_the_cache_tells_what_it_has(documents: DocumentService, store: FakeStore) -> None:
    assert documents.cached(RECORD) == {"d1"}
    assert documents.index(DOCUMENT, "Hémoglobine 13,2") is None
    store.hold_right("p1", NOW + timedelta(days=1))
    store.save_documents("p1", (DOCUMENT,))
    assert documents.search(RECORD, "hemoglobine 13.2") == ("d1",)
    store.vault.close()
    assert documents.cached(RECORD) == frozenset()
    assert documents.search(RECORD, "x") == Failure(Code.STORE_LOCKED)


# -- levels and versions


@pytest.mark.parametrize("level", list(Level))
def test_only_an_annonce_is_lifted(documents: DocumentService, platform: FakePlatform, level: Level) -> None:
    """CF-044: with the statement that the patient was accompanied."""
    masked = replace(DOCUMENT, level=level)
    platform.records["p1"] = (masked,)
    outcome = documents.lift_annonce(RECORD, masked, "accompagné")
    if level is Level.ANNONCE:
        assert not isinstance(outcome, Failure) and outcome.level is Level.STANDARD
    else:
        assert outcome == Failure(Code.CHANGED_ELSEWHERE) and "lift_annonce" not in platform.asked


@pytest.mark.parametrize("before", list(Level))
@pytest.mark.parametrize("after", list(Level))
def test_no_change_of_level_makes_or_lifts_an_annonce(
    documents: DocumentService,
    platform: FakePlatform,
    monkeypatch: pytest.MonkeyPatch,
    before: Level,
    after: Level,
) -> None:
    """CF-043, CF-044: set at the registration, lifted by a statement; a lenient platform is not asked."""
    one = replace(DOCUMENT, level=before)
    monkeypatch.setattr(platform, "change_level", lambda document, level: replace(document, level=level))
    outcome = documents.change_level(RECORD, one, after)
    if {Level.ANNONCE, Level.UNRECOGNISED} & {before, after}:
        assert outcome == Failure(Code.NOT_ENTITLED)
    else:
        assert not isinstance(outcome, Failure) and outcome.level is after


ACTS: dict[str, tuple[Level, Callable[[DocumentService, Document], object]]] = {
    "lift_annonce": (Level.ANNONCE, lambda made, one: made.lift_annonce(RECORD, one, "accompagné")),
    "change_level": (Level.STANDARD, lambda made, one: made.change_level(RECORD, one, Level.CONFIDENTIEL)),
}
acts = pytest.mark.parametrize("call", ACTS)


def _untold(store: FakeStore) -> list[str]:
    found = store.recoveries()
    assert not isinstance(found, Failure)
    assert {one.code for one in found} <= {Code.ACT_UNTOLD}
    return [f"{one.act.document_id} {one.act.patient}" for one in found if one.act]


def _perform(call: str, documents: DocumentService, platform: FakePlatform) -> tuple[Document, object]:
    level, act = ACTS[call]
    one = replace(DOCUMENT, level=level)
    platform.records["p1"] = (one,)
    return one, act(documents, one)


@acts
def test_nothing_of_an_act_leaves_before_the_store_knows_of_it(
    documents: DocumentService, platform: FakePlatform, store: FakeStore, call: str
) -> None:
    """CF-044: a crash anywhere after that is told at the next opening."""
    kept: list[list[str]] = []
    platform.meanwhile = [lambda: kept.append(_untold(store))]
    _one, outcome = _perform(call, documents, platform)
    assert not isinstance(outcome, Failure)
    assert kept == [[f"d1 {patient().name}"]] and _untold(store) == [], "done as it was confirmed"


@acts
def test_an_act_that_the_store_cannot_keep_is_told_and_not_begun(
    documents: DocumentService, platform: FakePlatform, store: FakeStore, call: str
) -> None:
    store.full = True
    assert _perform(call, documents, platform)[1] == Failure(Code.DISK_FULL)
    assert call not in platform.asked


@acts
@pytest.mark.parametrize("code", [Code.LEVEL_UNCONFIRMED, Code.OFFLINE, Code.CHANGED_ELSEWHERE])
def test_what_was_not_done_stays_noted_until_the_user_was_told(
    documents: DocumentService, platform: FakePlatform, store: FakeStore, call: str, code: Code
) -> None:
    platform.answers[call] = Failure(code)
    one, outcome = _perform(call, documents, platform)
    assert outcome == Failure(code) and _untold(store) == [f"d1 {patient().name}"]
    documents.told(replace(one, id="another"))
    assert _untold(store) != []
    documents.told(one)
    assert _untold(store) == []


def test_former_versions_are_asked_of_the_platform(
    documents: DocumentService, platform: FakePlatform
) -> None:
    """CF-052."""
    assert documents.versions(RECORD, DOCUMENT, ACCOUNT) == ()
    platform.answers["versions"] = Failure(Code.MANDATE_ENDED)
    assert documents.versions(RECORD, DOCUMENT, ACCOUNT) == Failure(Code.MANDATE_ENDED)
