"""How a professional likes the list of documents: kept in his store, which is nobody else's."""

import pytest

from desktop.domain.errors import Code, Failure
from desktop.services.list_taste import Grouping, ListTaste, ListTastes
from tests.fakes.store import FakeStore, FakeVault
from tests.samples.practice import certificate

DRAWN = ListTaste((90, 300, 120, 140, 80), column=3, descending=False, grouping=Grouping.YEAR)


@pytest.fixture
def store() -> FakeStore:
    vault = FakeVault()
    vault.open(certificate(), None)
    return FakeStore(vault)


def test_it_comes_back_as_it_was_kept(store: FakeStore) -> None:
    tastes = ListTastes(store)
    assert tastes.known() == ListTaste()
    assert tastes.keep(DRAWN) is None
    assert ListTastes(store).known() == DRAWN


@pytest.mark.parametrize("foreign", ["", "{", "[]", '{"widths": "wide"}', '{"grouping": "by moon"}'])
def test_what_another_version_kept_costs_the_taste_and_no_more(store: FakeStore, foreign: str) -> None:
    store.set_setting("list_taste", foreign)
    assert ListTastes(store).known() == ListTaste()


def test_of_a_closed_store_nothing_is_known(store: FakeStore) -> None:
    tastes = ListTastes(store)
    tastes.keep(DRAWN)
    store.vault.close()
    known = tastes.known()
    assert isinstance(known, Failure) and known.code is Code.STORE_LOCKED
