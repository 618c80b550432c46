"""The copy of the work list: there without the platform, and gone with each patient's right (CF-066)."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from desktop.domain.errors import Failure
from desktop.domain.record import MandateKind
from desktop.features.worklist.domain import Order
from desktop.features.worklist.kept import KEPT
from desktop.features.worklist.service import KeptTaste, Taste, Worklist, WorklistCopy
from desktop.services.kept_rights import SET_BACK
from desktop.services.record import Listing, RecordService
from desktop.store.feature_rows import FeatureRows
from desktop.store.store import Store
from desktop.store.vault import open_vault
from tests.fakes import FakeClock, FakeKeyring, FakePlatform
from tests.samples.practice import certificate, mandate, patient
from tests.unit.features.test_worklist_order import FINE, GONE, LATE, LEAVING, SOON, lines, names

MR = mandate(id="mr", kind=MandateKind.MEDECIN_REFERENT, end=None, grace_end=None)


class Doctor:
    """A real store with the tables of the list, under a platform that names mandates."""

    def __init__(self, home: Path) -> None:
        self.clock = FakeClock()
        self.platform = FakePlatform(self.clock).sign_in()
        self.vault = open_vault(
            home, FakeKeyring(), allow_card_only=False, kept={"worklist": KEPT}, now=self.clock.now
        )
        assert not isinstance(self.vault.open(certificate(), None), Failure)
        self.store = Store(self.vault)
        self.records = RecordService(self.platform, self.store, self.clock)
        self.rights = self.records.rights
        rows = FeatureRows(self.vault, "worklist")
        self.copy, self.taste = WorklistCopy(rows, self.rights), KeptTaste(rows)
        for one in (LATE, SOON, FINE, LEAVING):
            self.platform.mandates[one.patient.id] = MR

    def reads(self) -> Worklist:
        """What the platform told now, kept."""
        told = Worklist(lines(LATE, SOON, FINE, LEAVING, GONE), self.clock.now(), 1)
        assert self.copy.keep(told) is None
        return told

    def last(self) -> Worklist | None:
        found = self.copy.last(self.clock.now())
        assert not isinstance(found, Failure), found
        return found

    def kept(self) -> list[str]:
        found = self.last()
        return names(found.lines) if found else []


@pytest.fixture
def doctor(tmp_path: Path) -> Iterator[Doctor]:
    made = Doctor(tmp_path)
    yield made
    made.vault.close()


def test_what_was_told_comes_back_with_its_date(doctor: Doctor) -> None:
    assert doctor.last() is None
    told = doctor.reads()
    found = doctor.last()
    assert found is not None and (found.read_at, found.unread) == (told.read_at, 1)
    assert {shown.told for shown in found.lines} == {LATE, SOON, FINE, LEAVING}
    assert "Gone" not in doctor.kept(), "no right lets anything of him be kept"
    assert doctor.reads() == told and len(doctor.kept()) == 4, "the next reading takes its place"


def test_its_clocks_are_those_of_the_day_on_which_it_is_looked_at(doctor: Doctor) -> None:
    doctor.reads()
    before = doctor.last()
    doctor.clock.time += timedelta(days=2)
    after = doctor.last()
    assert before is not None and after is not None and after.read_at == before.read_at
    was, now = before.lines[0].summary, after.lines[0].summary
    assert was is not None and now is not None and was.days is not None and now.days is not None
    assert abs(now.days - was.days) == 2 and (after.today - before.today).days == 2


def test_cf066_a_line_goes_when_the_platform_ends_that_right(doctor: Doctor) -> None:
    """By my mandates alone: no record is looked at, and the others stay."""
    doctor.reads()
    assert doctor.rights.ask() == 0 and len(doctor.kept()) == 4
    del doctor.platform.mandates[LATE.patient.id]
    assert doctor.rights.ask() == 1
    assert sorted(doctor.kept()) == ["Fine", "Leaving", "Soon"]
    assert set(doctor.platform.asked) == {"all_my_mandates"}


def test_cf066_another_right_than_the_declaration_does_not_keep_it(doctor: Doctor) -> None:
    doctor.reads()
    doctor.platform.mandates[SOON.patient.id] = mandate(kind=MandateKind.CERCLE_MEDICAL, end=None)
    assert doctor.rights.ask() == 1 and "Soon" not in doctor.kept()


def test_cf066_a_notice_ends_by_the_clock_alone(doctor: Doctor) -> None:
    """Nobody has to be asked for it; the last day is still his."""
    doctor.reads()
    last = LEAVING.declaration.last_day()
    assert last is not None
    soon = replace(LEAVING, declaration=replace(LEAVING.declaration, ends_on=doctor.clock.time.date()))
    assert doctor.copy.keep(Worklist(lines(soon, FINE), doctor.clock.now())) is None
    doctor.rights.purge()
    assert sorted(doctor.kept()) == ["Fine", "Leaving"]
    doctor.clock.time += timedelta(days=1)
    doctor.rights.purge()
    assert doctor.kept() == ["Fine"]


def test_cf066_nothing_outlives_what_the_profile_allows(doctor: Doctor) -> None:
    doctor.reads()
    doctor.clock.time += doctor.platform.longest_kept()
    doctor.rights.purge()
    assert doctor.kept() == []


def test_a_list_that_was_told_meanwhile_is_not_judged_by_an_older_answer(doctor: Doctor) -> None:
    doctor.reads()
    asked = doctor.platform.all_my_mandates

    def answer() -> object:
        old = asked()
        doctor.reads()
        return old

    doctor.platform.mandates.clear()
    doctor.platform.all_my_mandates = answer  # type: ignore[assignment,method-assign]
    assert doctor.rights.ask() == 0 and len(doctor.kept()) == 4


def test_a_list_makes_nobody_s_record_readable_and_prolongs_none(doctor: Doctor) -> None:
    """CF-062: who was never opened is not there offline; who was has the end of his own opening."""
    doctor.platform.mandates["p1"] = MR
    record = doctor.records.open(patient(), None)
    assert not isinstance(record, Failure)
    assert doctor.records.keep(record, Listing((), (), doctor.clock.now())) is None
    (before,) = _readable(doctor)
    doctor.clock.time += timedelta(days=1)
    doctor.reads()
    assert doctor.rights.hold_told({"p1": None}) is None
    assert _readable(doctor) == [before]


def test_without_the_platform_a_clock_that_was_set_back_shows_nothing(doctor: Doctor) -> None:
    doctor.reads()
    doctor.rights.purge()
    doctor.clock.time -= SET_BACK + timedelta(seconds=1)
    assert doctor.last() is None


def test_a_copy_of_another_program_is_none(doctor: Doctor) -> None:
    doctor.reads()
    rows = FeatureRows(doctor.vault, "worklist")
    assert rows.write(lambda r: r.execute("UPDATE worklist_line SET content = '{}'")) == []
    assert doctor.last() is None


def test_how_it_is_sorted_is_remembered(doctor: Doctor) -> None:
    assert doctor.taste.known() == Taste(None, {})
    assert doctor.taste.keep_order(Order.PATIENT) is None and doctor.taste.keep_order(Order.NEW) is None
    assert doctor.taste.keep_widths({Order.SUMMARY: 210, Order.NEW: 60}) is None
    assert doctor.taste.known() == Taste(Order.NEW, {Order.SUMMARY: 210, Order.NEW: 60})


def _readable(doctor: Doctor) -> list[object]:
    found = doctor.rights.readable()
    assert not isinstance(found, Failure)
    return [(recent.patient.id, recent.readable_until) for recent in found]


def test_cf066_it_is_told_whose_copy_went_with_his_right(doctor: Doctor) -> None:
    """None of those who were never kept: of a declaration that has ended nothing is."""
    doctor.reads()
    assert doctor.copy.gone() == frozenset()
    doctor.rights.end(LATE.patient.id)
    assert doctor.copy.gone() == frozenset({LATE.patient.id})
    doctor.last()
    assert doctor.copy.gone() == frozenset(), "what is found is what is there"
