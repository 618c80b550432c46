"""Until when what a mandate gives may be kept here: noted at the opening, gone with the right (CF-066)."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from desktop.domain.errors import Code, Failure
from desktop.domain.record import Mandate
from desktop.domain.secret import Secret
from desktop.services.record import Listing, OpenRecord, RecordService
from desktop.sync.profile import KEPT_AT_MOST
from tests.fakes import FakeClock, FakePlatform, FakeStore, FakeVault
from tests.samples.practice import NOW, certificate, deposit, document, mandate, patient
from tests.unit.services.practice import Practice

UNLIMITED = mandate(end=None, grace_end=None)
LISTED = (document(deposit(1), "d1"),)


class Doctor(Practice):
    """The service over a store in memory and a platform that names p1's mandate."""

    def opened(self, right: Mandate = mandate()) -> OpenRecord:
        self.platform.mandates["p1"] = right
        record = self.service.open(patient(), None)
        assert isinstance(record, OpenRecord)
        return record

    def listed(self) -> object:
        found = self.store.documents("p1")
        return found if isinstance(found, Failure) else len(found)


@pytest.fixture
def doctor(tmp_path: Path) -> Iterator[Doctor]:
    made = Doctor(tmp_path)
    yield made
    made.vault.close()


@pytest.mark.parametrize(
    ("right", "kept"),
    [(mandate(), timedelta(hours=24)), (UNLIMITED, KEPT_AT_MOST)],
    ids=["its own end", "the profile's limit without one"],
)
def test_a_list_is_kept_until_the_right_ends(doctor: Doctor, right: Mandate, kept: timedelta) -> None:
    record = doctor.opened(right)
    assert doctor.service.keep(record, Listing(LISTED, (), NOW)) is None
    doctor.clock.time = NOW + kept - timedelta(seconds=1)
    doctor.service.rights.purge()
    assert doctor.listed() == 1
    doctor.clock.time = NOW + kept
    doctor.service.rights.purge()
    assert doctor.listed() == 0


def test_a_list_that_comes_after_the_end_is_not_kept(doctor: Doctor) -> None:
    """The end was heard of while the list was under way."""
    record = doctor.opened()
    assert doctor.service.forget(record, "") is None
    assert doctor.service.keep(record, Listing(LISTED, (), NOW)) == Failure(Code.RIGHT_UNKNOWN)
    assert doctor.listed() == 0


def test_what_an_ended_right_gave_goes_when_the_platform_names_none(doctor: Doctor) -> None:
    """A médecin référent's right has no end; that another doctor took over is heard at the next look."""
    record = doctor.opened(UNLIMITED)
    assert doctor.service.keep(record, Listing(LISTED, (), NOW)) is None
    doctor.platform.answers["my_mandates"] = Failure(Code.OFFLINE)
    doctor.service.plan(patient())
    assert doctor.listed() == 1, "not heard, not gone"
    del doctor.platform.answers["my_mandates"]
    doctor.service.plan(patient())
    assert doctor.listed() == 1
    del doctor.platform.mandates["p1"]
    doctor.service.plan(patient())
    assert doctor.listed() == 0


def test_a_right_that_was_prolonged_keeps_what_it_gave(doctor: Doctor) -> None:
    record = doctor.opened()
    assert doctor.service.keep(record, Listing(LISTED, (), NOW)) is None
    later = replace(record.mandate, end=NOW + timedelta(days=2), grace_end=NOW + timedelta(days=3))
    doctor.platform.mandates["p1"] = later
    assert doctor.service.recheck(record) == later
    doctor.clock.time = NOW + timedelta(days=2)
    doctor.service.rights.purge()
    assert doctor.listed() == 1
    doctor.clock.time = NOW + timedelta(days=3)
    assert doctor.service.recheck(record) == Failure(Code.MANDATE_ENDED)
    doctor.service.rights.purge()
    assert doctor.listed() == 0


def test_a_full_disk_hides_no_record_and_the_right_is_noted_later() -> None:
    vault, clock = FakeVault(), FakeClock()
    vault.open(certificate(), Secret(bytearray(b"answer")))
    store, platform = FakeStore(vault), FakePlatform(clock).sign_in()
    platform.mandates["p1"] = mandate()
    service = RecordService(platform, store, clock)
    store.full = True
    record = service.open(patient(), None)
    assert isinstance(record, OpenRecord)
    assert service.keep(record, Listing(LISTED, (), NOW)) == Failure(Code.DISK_FULL)
    store.full = False
    assert service.recheck(record) == mandate()
    assert store.shelf().rights == {"p1": NOW + timedelta(hours=24)}
    store.shelf().rights.clear()
    service.recheck(record)
    assert store.shelf().rights == {}, "noted once"
    store.full = True
    service.open(patient(), None)
    store.full = False
    assert service.keep(record, Listing(LISTED, (), NOW)) is None
    assert store.shelf().rights == {"p1": NOW + timedelta(hours=24)}
