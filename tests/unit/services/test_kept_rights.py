"""What is kept ends with the right: by the platform's word, by the clock, by its age (CF-066)."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import TypeVar

import pytest

from desktop.domain.errors import Code, Failure, Result
from desktop.domain.record import Mandate, MandateKind
from desktop.services.kept_rights import SET_BACK
from desktop.services.record import Listing, OpenRecord
from desktop.sync.profile import KEPT_AT_MOST
from tests.samples.practice import NOW, deposit, document, mandate, patient
from tests.unit.services.practice import Practice

MR = mandate(id="mr", kind=MandateKind.MEDECIN_REFERENT, end=None, grace_end=None)
CMC = mandate(id="cmc", kind=MandateKind.CERCLE_MEDICAL, end=None, grace_end=None)
LETTER = document(deposit(1), "d1")
OWN = document(deposit(2), "d2")
SECOND = timedelta(seconds=1)


class Doctor(Practice):
    """The service over a real store and a platform that names mandates."""

    def __init__(self, home: Path) -> None:
        super().__init__(home)
        self.rights = self.service.rights

    def reads(self, right: Mandate) -> OpenRecord:
        """Opens, keeps list and one content, and one that he wrote himself."""
        self.platform.mandates["p1"] = right
        record = good(self.service.open(patient(), None))
        assert self.service.keep(record, Listing((LETTER, OWN), (), NOW)) is None
        assert self.store.save_body(LETTER, b"read", record.mandate.kept_until(NOW, KEPT_AT_MOST)) is None
        assert self.store.save_body(OWN, b"own", None) is None
        return record

    def has(self) -> tuple[bool, bool]:
        """Whether the letter can be read, and his own."""
        assert isinstance(self.store.body("d2"), bytes)
        listed = {d.id for d in good(self.store.documents("p1"))}
        return "d1" in listed, isinstance(self.store.body("d1"), bytes)

    def readable(self) -> list[str]:
        return [recent.patient.id for recent in good(self.rights.readable())]


KEPT, GONE = (True, True), (False, False)


T = TypeVar("T")


def good(result: Result[T]) -> T:
    assert not isinstance(result, Failure), result
    return result


@pytest.fixture
def doctor(tmp_path: Path) -> Iterator[Doctor]:
    made = Doctor(tmp_path)
    yield made
    made.vault.close()


@pytest.mark.parametrize("right", [MR, CMC], ids=lambda m: m.kind.value)
def test_a_revoked_mandate_is_heard_of_without_opening_the_record(doctor: Doctor, right: Mandate) -> None:
    """CF-035, CF-066: by my mandates alone, no list, no document."""
    doctor.reads(right)
    doctor.platform.asked.clear()
    assert doctor.rights.ask() == 0 and doctor.has() == KEPT
    del doctor.platform.mandates["p1"]
    assert doctor.rights.ask() == 1
    assert doctor.has() == GONE and doctor.readable() == []
    assert doctor.platform.asked == ["all_my_mandates"] * 2


def test_what_nobody_answers_ends_nothing(doctor: Doctor) -> None:
    doctor.reads(MR)
    doctor.platform.answers["all_my_mandates"] = Failure(Code.LIST_INCOMPLETE)
    assert doctor.rights.ask() == Failure(Code.LIST_INCOMPLETE)
    assert doctor.has() == KEPT


def test_nobody_is_asked_where_nothing_is_kept(doctor: Doctor) -> None:
    assert doctor.rights.ask() == 0
    assert doctor.platform.asked == []


def test_a_record_that_was_opened_meanwhile_is_not_judged_by_the_older_answer(doctor: Doctor) -> None:
    doctor.reads(MR)
    asked = doctor.platform.all_my_mandates

    def answer() -> object:
        old = asked()
        doctor.reads(mandate(id="new"))
        return old

    del doctor.platform.mandates["p1"]
    doctor.platform.all_my_mandates = answer  # type: ignore[assignment,method-assign]
    assert doctor.rights.ask() == 0
    assert doctor.has() == KEPT


@pytest.mark.parametrize("how", ["asked", "opened"])
def test_a_narrower_right_does_not_keep_what_the_wider_gave(doctor: Doctor, how: str) -> None:
    """Domain §5.1: a médecin référent sees what is Confidentiel, a consultation does not."""
    doctor.reads(MR)
    doctor.platform.mandates["p1"] = mandate()
    if how == "asked":
        doctor.rights.ask()
    else:
        good(doctor.service.open(patient(), None))
    assert doctor.has() == GONE


@pytest.mark.parametrize("how", ["asked", "rechecked"])
def test_a_shortened_right_takes_contents_along(doctor: Doctor, how: str) -> None:
    """CF-031: also those that were kept for longer."""
    record = doctor.reads(mandate())
    doctor.platform.mandates["p1"] = mandate(end=NOW + timedelta(hours=2), grace_end=None)
    (doctor.rights.ask if how == "asked" else lambda: doctor.service.recheck(record))()
    doctor.clock.time = NOW + timedelta(hours=2) - SECOND
    doctor.rights.purge()
    assert doctor.has() == KEPT
    doctor.clock.time += SECOND
    assert doctor.readable() == [], "not even before it is purged"
    assert doctor.rights.purge() == 1
    assert doctor.has() == GONE


def test_offline_reading_goes_on_past_midnight_up_to_the_end(doctor: Doctor) -> None:
    """CF-079: today's list is empty after midnight, what can be read is not."""
    stay = mandate(id="stay", kind=MandateKind.ETABLISSEMENT, end=NOW + timedelta(days=3), grace_end=None)
    doctor.reads(stay)
    doctor.clock.time = NOW + timedelta(days=3) - SECOND
    doctor.rights.purge()
    assert doctor.service.recent() == ()
    (recent,) = good(doctor.rights.readable())
    assert recent.readable_until == stay.end and recent.opened_at == NOW
    record = good(doctor.service.open_cached(recent))
    assert record.offline and record.readable_until == stay.end
    assert {d.id for d in good(doctor.service.first_page(record, "H1")).documents} == {"d1", "d2"}
    doctor.clock.time += SECOND
    assert doctor.service.recheck(record) == Failure(Code.MANDATE_ENDED)
    assert doctor.service.open_cached(recent) == Failure(Code.NOT_CACHED)
    assert doctor.has() == GONE


@pytest.mark.parametrize("days", [1, 7])
def test_an_unlimited_right_keeps_as_long_as_the_profile_says(doctor: Doctor, days: int) -> None:
    doctor.platform.longest = timedelta(days=days)
    doctor.reads(MR)
    doctor.clock.time = NOW + timedelta(days=days) - SECOND
    assert doctor.rights.ask() == 0, "that the mandate runs makes the list no younger"
    (recent,) = good(doctor.rights.readable())
    assert recent.readable_until == NOW + timedelta(days=days)
    doctor.clock.time += SECOND
    assert doctor.readable() == []
    assert doctor.service.open_cached(recent) == Failure.of(Code.KEPT_TOO_LONG, days=days)
    assert doctor.has() == GONE


def test_a_new_list_is_kept_anew(doctor: Doctor) -> None:
    record = doctor.reads(MR)
    doctor.clock.time = NOW + timedelta(days=5)
    assert doctor.service.keep(record, Listing((LETTER, OWN), (), NOW)) is None
    doctor.clock.time = NOW + timedelta(days=11)
    doctor.rights.purge()
    assert doctor.has() == KEPT


def test_without_the_platform_a_clock_that_goes_back_shows_nothing(doctor: Doctor) -> None:
    """What has ended meanwhile cannot be told; nothing is lost by it."""
    doctor.reads(MR)
    doctor.clock.time = NOW + timedelta(days=2)
    doctor.rights.purge()
    (recent,) = good(doctor.rights.readable())
    doctor.clock.time = NOW + timedelta(days=2) - timedelta(minutes=5)
    assert doctor.readable() == ["p1"], "a clock that is corrected"
    doctor.clock.time -= SECOND
    assert doctor.rights.readable() == Failure(Code.CLOCK_SET_BACK)
    assert doctor.service.open_cached(recent) == Failure(Code.CLOCK_SET_BACK)
    doctor.platform.server_time = doctor.clock.time
    assert doctor.readable() == ["p1"], "the platform knows better"
    doctor.rights.purge()
    assert doctor.readable() == ["p1"]
    doctor.platform.server_time = None
    assert doctor.readable() == ["p1"]


def test_a_clock_that_is_held_back_prolongs_nothing(doctor: Doctor) -> None:
    record = doctor.reads(mandate())
    doctor.clock.time = NOW + timedelta(hours=24) - SECOND
    doctor.rights.purge()
    doctor.clock.time = NOW + timedelta(hours=23)
    doctor.rights.purge()
    assert doctor.has() == KEPT
    doctor.clock.time = NOW + timedelta(hours=24)
    doctor.rights.purge()
    doctor.clock.time = NOW
    assert doctor.has() == GONE
    assert doctor.service.reopen_cached(record) == Failure(Code.CLOCK_SET_BACK)


def test_the_platforms_time_counts_whatever_the_pc_says(doctor: Doctor) -> None:
    doctor.reads(mandate())
    doctor.clock.time = NOW + timedelta(hours=30)
    doctor.platform.server_time = NOW + timedelta(hours=24) - SECOND
    assert doctor.readable() == ["p1"]
    doctor.clock.time, doctor.platform.server_time = NOW, NOW + timedelta(hours=24)
    assert doctor.readable() == []


def test_a_time_that_was_seen_without_a_zone_was_utc(doctor: Doctor) -> None:
    doctor.reads(MR)
    seen = NOW + timedelta(days=1)
    assert doctor.store.set_setting("time_seen", seen.replace(tzinfo=None).isoformat()) is None
    assert doctor.rights.readable() == Failure(Code.CLOCK_SET_BACK)
    doctor.clock.time = seen - SET_BACK
    assert doctor.readable() == ["p1"]


def test_what_has_grown_too_old_goes_before_it_is_held_anew(doctor: Doctor) -> None:
    """CF-066: that the mandate runs makes nothing younger; what comes now has its whole time."""
    doctor.reads(MR)
    doctor.clock.time = NOW + KEPT_AT_MOST
    assert doctor.rights.hold("p1", MR) is None
    assert doctor.has() == GONE
    (kept,) = good(doctor.store.kept_records())
    assert kept.until == NOW + 2 * KEPT_AT_MOST


def test_a_right_that_comes_back_after_its_end_keeps_again(doctor: Doctor) -> None:
    doctor.reads(MR)
    del doctor.platform.mandates["p1"]
    doctor.rights.ask()
    doctor.reads(MR)
    assert doctor.has() == KEPT and doctor.readable() == ["p1"]


def test_only_who_was_opened_is_read_and_each_by_his_own_right(doctor: Doctor) -> None:
    doctor.reads(MR)
    assert doctor.store.hold_right("p2", NOW + timedelta(days=1)) is None
    assert doctor.readable() == ["p1"]
    assert good(doctor.rights.reading("p1")).patient.id == "p1"
    assert doctor.rights.reading("p2") == Failure(Code.NOT_CACHED), "held, and never opened"
    assert doctor.rights.reading("p3") == Failure(Code.NOT_CACHED)


def test_a_store_that_cannot_tell_is_no_empty_one(doctor: Doctor, monkeypatch: pytest.MonkeyPatch) -> None:
    doctor.reads(MR)
    broken = Failure(Code.STORE_FAILED)
    monkeypatch.setattr(doctor.store, "kept_records", lambda: broken)
    assert doctor.rights.readable() == broken
    assert doctor.rights.reading("p1") == broken
    doctor.platform.asked.clear()
    assert doctor.rights.ask() == broken and doctor.platform.asked == []


def test_nothing_is_kept_by_a_right_that_could_not_be_noted(
    doctor: Doctor, monkeypatch: pytest.MonkeyPatch
) -> None:
    """CF-066: it would have no end. It is noted with the next look, and then all is kept."""
    full, listing = Failure(Code.STORE_FAILED), Listing((LETTER, OWN), (), NOW)
    doctor.platform.mandates["p1"] = MR
    with monkeypatch.context() as disk:
        disk.setattr(doctor.store, "hold_right", lambda *_: full)
        assert doctor.rights.hold("p1", MR) == full
        record = good(doctor.service.open(patient(), None))
        assert doctor.rights.missed("p1") and doctor.service.keep(record, listing) == full
        assert good(doctor.store.documents("p1")) == ()
    assert doctor.service.recheck(record) == MR
    assert not doctor.rights.missed("p1")
    assert doctor.service.keep(record, listing) is None
    assert {d.id for d in good(doctor.store.documents("p1"))} == {"d1", "d2"}


def test_a_right_that_ended_is_missed_no_more(doctor: Doctor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doctor.store, "hold_right", lambda *_: Failure(Code.STORE_FAILED))
    doctor.rights.hold("p1", MR)
    assert doctor.rights.end("p1") is None
    assert not doctor.rights.missed("p1")


def test_todays_openings_forget_what_the_right_had_told(doctor: Doctor) -> None:
    doctor.reads(MR)
    del doctor.platform.mandates["p1"]
    doctor.rights.ask()
    (recent,) = good(doctor.service.recent())
    assert (recent.mandate, recent.new_documents, recent.annonces) == (None, 0, 0)
