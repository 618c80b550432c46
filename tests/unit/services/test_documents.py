"""Reading from the cache once the platform says that the session is over (CF-019, CF-060)."""

import pytest

from desktop.domain.errors import Code, Failure
from desktop.services.documents import DocumentService
from desktop.services.record import OpenRecord
from desktop.services.session import SESSION_OVER
from tests.fakes import FakeClock, FakePlatform, FakeStore, open_store
from tests.samples.practice import ACCOUNT, deposit, document, mandate, patient

DOCUMENT = document(deposit(1), "d1")
RECORD = OpenRecord(patient(), mandate(), None)


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
