"""Opening a record, keeping it true, leaving it: the heart of the law on the client's side (domain §4-5)."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import TypeVar

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop.domain.errors import Code, Failure, Result
from desktop.domain.record import (
    Author,
    Document,
    DocumentPage,
    DspState,
    Episode,
    EpisodeKind,
    Level,
    Mandate,
    MandateKind,
)
from desktop.domain.secret import Secret
from desktop.ports.store import RecentPatient
from desktop.services.record import (
    ANNONCE_WARNING,
    AccessPlan,
    Listing,
    OpenRecord,
    RecordService,
    new_since,
    pending_annonces,
)
from tests.fakes.clock import FakeClock
from tests.fakes.platform import FakePlatform
from tests.fakes.store import FakeStore, FakeVault, Shelf
from tests.samples.practice import ACCOUNT, NOW, certificate, deposit, document, mandate, patient

T = TypeVar("T")
CODE = b"CODE1"
MR = mandate(id="mr", kind=MandateKind.MEDECIN_REFERENT, end=None, grace_end=None)
STAY = mandate(id="stay", kind=MandateKind.ETABLISSEMENT, end=NOW + timedelta(days=3), grace_end=None)
OVER = mandate(end=NOW - timedelta(hours=2), grace_end=NOW)
EPISODES = (Episode("e1", EpisodeKind.CABINET, "Cabinet Weber", NOW, None),)


def letter(number: int, author: str = "other", **changes: object) -> Document:
    made = replace(document(deposit(number), f"d{number}"), author=Author(author, author))
    return replace(made, **changes)  # type: ignore[arg-type]


LISTED = (letter(1), letter(2, ACCOUNT.practitioner_id), letter(3))


class Practice:
    """The service over every port in memory; the holder's vault is open, he is logged in."""

    def __init__(self) -> None:
        self.clock, self.vault = FakeClock(), FakeVault()
        self.vault.open(certificate(), code(b"card"))
        self.platform, self.store = FakePlatform(self.clock).sign_in(), FakeStore(self.vault)
        self.platform.codes = {"p1": CODE}
        self.platform.records = {"p1": LISTED}
        self.service = RecordService(self.platform, self.store, self.clock)

    @property
    def shelf(self) -> Shelf:
        return self.store.shelf()

    def cached(self) -> RecentPatient:
        """What an opening of this morning left: a list, episodes, what was read and what was sent."""
        recent = RecentPatient(patient(), NOW - timedelta(hours=1), mandate(), 0, 0)
        end = NOW + timedelta(days=1)
        for done in (
            self.store.hold_right("p1", end),
            self.store.save_documents("p1", LISTED),
            self.store.save_episodes("p1", EPISODES),
            self.store.save_body(LISTED[0], b"read", end),
            self.store.save_body(LISTED[1], b"sent", end),
            self.store.remember_opening(recent),
        ):
            assert done is None
        return recent

    def kept(self) -> set[str]:
        """The documents that are still in the cache."""
        return set(self.shelf.known)

    def forgot(self) -> bool:
        return "forgot p1" in self.store.log

    def opened(self, right: Mandate | None = None) -> OpenRecord:
        self.platform.mandates["p1"] = right or mandate()
        return good(self.service.open(patient(), None))


@pytest.fixture
def practice() -> Practice:
    return Practice()


def good(result: Result[T]) -> T:
    assert not isinstance(result, Failure), result
    return result


def code(value: bytes = CODE) -> Secret:
    return Secret(bytearray(value))


# -- which lock is in the way -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("dsp", "expected"),
    [
        (DspState.NONE, Code.RECORD_NONE),
        (DspState.CLOSED, Code.RECORD_CLOSED),
        (DspState.DECEASED, Code.RECORD_DECEASED),
    ],
)
def test_a_record_that_no_code_opens_asks_for_none(practice: Practice, dsp: DspState, expected: Code) -> None:
    """CF-036, domain §5.7: the state is told before a code is asked, and the platform is not bothered."""
    practice.platform.mandates["p1"] = MR  # a list that is late: a closed record has no mandate
    plan = good(practice.service.plan(patient(dsp=dsp)))
    assert plan == AccessPlan(patient(dsp=dsp), None, Failure(expected)) and not plan.code_needed
    assert practice.platform.asked == []


@pytest.mark.parametrize("dsp", [DspState.NONE, DspState.CLOSED, DspState.DECEASED])
def test_closing_the_record_ends_what_it_had_given(practice: Practice, dsp: DspState) -> None:
    """CF-066, domain §4.4: with the record every mandate ended, however long it would have run."""
    practice.cached()
    good(practice.service.plan(patient(dsp=dsp)))
    assert practice.kept() == set()
    assert practice.forgot()


@pytest.mark.parametrize(
    ("until", "shown"), [(date(2026, 12, 4), "04.12.2026"), (None, "–")], ids=["known", "unknown"]
)
def test_an_inactive_record_says_until_when_and_asks_no_code(
    practice: Practice, until: date | None, shown: str
) -> None:
    """CF-024."""
    who = patient(dsp=DspState.INACTIVE, inactive_until=until)
    plan = good(practice.service.plan(who))
    assert plan == AccessPlan(who, None, Failure.of(Code.RECORD_INACTIVE, date=shown))
    assert not plan.code_needed


def test_an_inactive_record_opens_to_its_medecin_referent(practice: Practice) -> None:
    """CF-024, CF-025."""
    practice.platform.mandates["p1"] = MR
    who = patient(dsp=DspState.INACTIVE)
    assert practice.service.plan(who) == AccessPlan(who, MR, None)


@pytest.mark.parametrize("right", [MR, replace(MR, kind=MandateKind.CERCLE_MEDICAL), STAY, mandate()])
def test_no_code_is_asked_while_a_mandate_runs(practice: Practice, right: Mandate) -> None:
    """CF-007, CF-012."""
    practice.platform.mandates["p1"] = right
    plan = good(practice.service.plan(patient()))
    assert plan.mandate == right and plan.closed is None and not plan.code_needed
    assert not practice.forgot(), "what a running right gave stays"


def test_the_code_is_asked_when_nothing_runs_any_more(practice: Practice) -> None:
    """CF-005, CF-066: the consultation and its grace are over; what it gave is gone."""
    practice.cached()
    practice.platform.listed_too["p1"] = (OVER,)
    plan = good(practice.service.plan(patient()))
    assert plan == AccessPlan(patient(), None, None) and plan.code_needed
    assert practice.forgot() and practice.kept() == set()


def test_the_widest_of_several_is_shown(practice: Practice) -> None:
    """Domain §5.3: whatever the order of the list, and none that is over."""
    practice.platform.listed_too["p1"] = (mandate(), replace(MR, end=NOW, grace_end=NOW), STAY)
    assert good(practice.service.plan(patient())).mandate == STAY
    practice.platform.listed_too["p1"] = (mandate(), MR, STAY)
    assert good(practice.service.plan(patient())).mandate == MR


def test_what_is_in_the_way_is_not_guessed(practice: Practice) -> None:
    """CF-007: as long as the platform does not say, no code is asked and nothing is destroyed."""
    practice.cached()
    practice.platform.answers["my_mandates"] = Failure(Code.PLATFORM_BUSY)
    assert practice.service.plan(patient()) == Failure(Code.PLATFORM_BUSY)
    assert not practice.forgot()


@pytest.mark.parametrize("ahead", [timedelta(0), timedelta(days=2), timedelta(days=-2)])
def test_the_platforms_clock_decides_what_runs(practice: Practice, ahead: timedelta) -> None:
    """A PC that is two days ahead would ask for a code that is not needed, one that is behind not ask."""
    practice.clock.time = NOW + ahead
    practice.platform.server_time = NOW
    practice.platform.listed_too["p1"] = (mandate(),)
    assert not good(practice.service.plan(patient())).code_needed
    practice.platform.listed_too["p1"] = (OVER,)
    assert good(practice.service.plan(patient())).code_needed


# -- opening ----------------------------------------------------------------------------------------


def test_the_code_opens_and_is_gone(practice: Practice) -> None:
    """CF-001, CF-002."""
    typed = code()
    opened = good(practice.service.open(patient(), typed))
    assert opened == OpenRecord(patient(), mandate(), None)
    assert practice.platform.presented == [CODE] and not typed


def test_an_empty_code_is_not_sent(practice: Practice) -> None:
    assert practice.service.open(patient(), code(b"")) == Failure(Code.PRESENCE_EMPTY)
    assert practice.platform.presented == []


def test_a_wrong_code_opens_nothing_and_is_gone(practice: Practice) -> None:
    """CF-009."""
    typed = code(b"WRONG")
    assert practice.service.open(patient(), typed) == Failure(Code.PRESENCE_WRONG)
    assert practice.platform.presented == [b"WRONG"] and not typed
    assert practice.shelf.rights == {}, "no right, nothing may be kept"


def test_a_mandate_opens_without_a_code(practice: Practice) -> None:
    """CF-007."""
    assert practice.opened(MR).mandate == MR
    assert practice.platform.presented == [b""]


@pytest.mark.parametrize("planned", [True, False])
def test_without_code_and_mandate_it_stays_closed(practice: Practice, planned: bool) -> None:
    assert practice.service.open(patient(), None, planned=planned) == Failure(Code.NO_MANDATE)
    assert practice.platform.presented == [b""], "asked once"


def test_unplanned_a_right_is_tried_before_the_code(practice: Practice) -> None:
    """CF-007: nobody knew that a mandate runs; the code that was typed is not sent, and gone."""
    practice.platform.mandates["p1"] = MR
    typed = code()
    assert good(practice.service.open(patient(), typed, planned=False)).mandate == MR
    assert practice.platform.presented == [b""] and not typed


def test_unplanned_the_code_follows_where_no_right_runs(practice: Practice) -> None:
    typed = code()
    assert good(practice.service.open(patient(), typed, planned=False)).mandate == mandate()
    assert practice.platform.presented == [b"", CODE] and not typed


@pytest.mark.parametrize("failure", [Code.OFFLINE, Code.RECORD_CLOSED, Code.PLATFORM_BUSY])
def test_unplanned_a_code_is_not_sent_after_any_other_refusal(practice: Practice, failure: Code) -> None:
    """CF-010: whether a right runs is still unknown; the code is typed again, not queued."""
    practice.platform.answers["open_record"] = Failure(failure)
    typed = code()
    assert practice.service.open(patient(), typed, planned=False) == Failure(failure)
    assert practice.platform.presented == [b""] and not typed


@pytest.mark.parametrize(
    ("right", "until"),
    [(mandate(), NOW + timedelta(hours=24)), (MR, NOW + timedelta(days=7))],
    ids=["its end", "a week without one"],
)
def test_how_long_a_right_keeps_what_it_gives(practice: Practice, right: Mandate, until: datetime) -> None:
    """CF-066."""
    practice.opened(right)
    assert practice.shelf.rights == {"p1": until}


def test_the_former_opening_is_remembered(practice: Practice) -> None:
    before = practice.cached()
    assert practice.opened().last_opening == before.opened_at


def test_a_store_that_is_locked_hides_no_record(practice: Practice) -> None:
    practice.vault.close()
    assert practice.opened().last_opening is None


@pytest.mark.parametrize(
    ("refused", "planned", "typed", "gone"),
    [
        (Code.NO_MANDATE, True, None, True),
        (Code.NO_MANDATE, False, None, True),
        (Code.MANDATE_ENDED, True, None, True),
        (Code.RECORD_CLOSED, True, CODE, True),
        (Code.RECORD_NONE, True, None, True),
        (Code.RECORD_DECEASED, True, CODE, True),
        (None, False, b"WRONG", True),  # no right ran, and the code was wrong
        (Code.PRESENCE_WRONG, True, b"WRONG", False),  # whether a right runs was not asked
        (Code.OFFLINE, True, None, False),
        (Code.PLATFORM_BUSY, False, CODE, False),
    ],
)
def test_what_an_earlier_right_gave_goes_when_none_runs(
    practice: Practice, refused: Code | None, planned: bool, typed: bytes | None, gone: bool
) -> None:
    """CF-066: an opening may be the first to hear of the end; only what says so destroys."""
    practice.cached()
    if refused is not None:
        practice.platform.answers["open_record"] = Failure(refused)
    given = None if typed is None else code(typed)
    answer = practice.service.open(patient(), given, planned=planned)
    assert answer == Failure(refused or Code.PRESENCE_WRONG)
    assert practice.forgot() is gone


def test_a_planned_code_is_sent_once_whatever_is_answered(practice: Practice) -> None:
    """CF-010: never again without the user."""
    practice.platform.answers["open_record"] = Failure(Code.NO_MANDATE)
    assert practice.service.open(patient(), code()) == Failure(Code.NO_MANDATE)
    assert practice.platform.presented == [CODE]


# -- from the cache ---------------------------------------------------------------------------------


def test_the_cache_opens_under_a_running_mandate(practice: Practice) -> None:
    """CF-079."""
    recent = practice.cached()
    opened = good(practice.service.open_cached(recent))
    assert opened == OpenRecord(patient(), mandate(), recent.opened_at, True, NOW + timedelta(days=1))
    assert practice.platform.asked == [] and not practice.forgot()


def test_the_cache_opens_in_the_grace_and_not_a_moment_after(practice: Practice) -> None:
    """CF-034, CF-066: one second after the end nothing is shown, and nothing is left."""
    recent = practice.cached()
    practice.clock.time = NOW + timedelta(hours=24) - timedelta(seconds=1)
    assert good(practice.service.open_cached(recent)).mandate.in_grace(practice.clock.time)
    practice.clock.time = NOW + timedelta(hours=24)
    assert practice.service.open_cached(recent) == Failure(Code.MANDATE_ENDED)
    assert practice.forgot() and practice.kept() == set()


def test_the_cache_does_not_open_without_a_mandate(practice: Practice) -> None:
    recent = replace(practice.cached(), mandate=None)
    practice.store.remember_opening(recent)
    assert practice.service.open_cached(recent) == Failure(Code.NO_MANDATE)
    practice.store.forget_patient("p1", frozenset())
    assert practice.service.open_cached(recent) == Failure(Code.NOT_CACHED)


# -- the author's view ------------------------------------------------------------------------------


def test_the_author_sees_his_own_documents_and_nothing_else(practice: Practice) -> None:
    """CF-026: no other document, no episode, without any mandate."""
    opened = practice.service.open_own(patient())
    assert opened.mandate == Mandate("", MandateKind.AUTEUR, NOW, None, None)
    assert opened.last_opening is None and not opened.offline
    page = good(practice.service.first_page(opened, "H1"))
    assert [d.id for d in page.documents] == ["d2"]
    assert practice.service.episodes(opened) == ()
    assert practice.platform.asked == ["own_documents"], "no list that he has no right to is even asked for"


def test_the_authors_view_ends_by_no_mandate_and_keeps_nothing(practice: Practice) -> None:
    """CF-026: it is no opening under a right."""
    opened = practice.service.open_own(patient())
    practice.clock.time = NOW + timedelta(days=4000)
    assert practice.service.recheck(opened) == opened.mandate
    assert practice.service.keep(opened, Listing(LISTED, EPISODES, NOW)) is None
    assert practice.kept() == set() and practice.shelf.last == {} and practice.platform.asked == []


# -- lists ------------------------------------------------------------------------------------------


def test_pages_follow_the_platforms_own_links(practice: Practice) -> None:
    opened = practice.opened()
    page = good(practice.service.first_page(opened, "H1"))
    assert page.documents == LISTED
    following = DocumentPage(page.documents, "https://p.example/DocumentReference?page=2&x=%20", 90)
    practice.service.following_page(opened, following, "H1")
    assert practice.platform.pages_asked == [None, following.next]


SECRET = replace(LISTED[0], id="s1", level=Level.UNRECOGNISED)
SEES_IT = {MandateKind.MEDECIN_REFERENT, MandateKind.CERCLE_MEDICAL, MandateKind.AUTEUR}


@pytest.mark.parametrize("kind", list(MandateKind))
def test_a_level_that_nobody_can_read_opens_to_few_and_leaves_no_gap(
    practice: Practice, kind: MandateKind, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    """CF-039, domain §5.3: as if it were not there, on the first page and on those that follow."""
    own = replace(SECRET, id="s2", author=Author("H1", "Dr Weber"))
    page = DocumentPage((SECRET, *LISTED, own), "https://p.example/next", 5)
    for name in ("documents", "own_documents"):
        monkeypatch.setattr(practice.platform, name, lambda *_: page)
    record = replace(practice.opened(), mandate=replace(mandate(), kind=kind))
    for found in (
        good(practice.service.first_page(record, "H1")),
        good(practice.service.following_page(record, page, "H1")),
    ):
        if kind in SEES_IT:
            assert found == page
        else:
            assert found == replace(page, documents=(*LISTED, own), total=None)
    told = [record.getMessage() for record in caplog.records if record.name == "dsp.record"]
    assert bool(told) is (kind not in SEES_IT)
    assert all(SECRET.title not in words and SECRET.id not in words for words in told)


def test_what_was_kept_under_a_wider_right_is_not_shown_under_a_narrower(practice: Practice) -> None:
    """CF-039: offline too."""
    opened = practice.opened()
    practice.service.keep(opened, Listing((*LISTED, SECRET), EPISODES, NOW))
    for kind, there in ((MandateKind.MEDECIN_REFERENT, True), (MandateKind.CONSULTATION, False)):
        record = replace(opened, offline=True, mandate=replace(opened.mandate, kind=kind))
        assert (SECRET in good(practice.service.first_page(record, "H1")).documents) is there


def test_offline_lists_and_episodes_come_from_the_cache(practice: Practice) -> None:
    opened = good(practice.service.open_cached(practice.cached()))
    assert practice.service.first_page(opened, "H1") == DocumentPage(LISTED, None, 3)
    assert practice.service.episodes(opened) == EPISODES
    practice.vault.close()
    assert practice.service.first_page(opened, "H1") == Failure(Code.STORE_LOCKED)
    assert practice.platform.asked == []


def test_online_episodes_come_from_the_platform(practice: Practice) -> None:
    opened = practice.opened()
    practice.platform.answers["episodes"] = Failure(Code.PLATFORM_BUSY)
    assert practice.service.episodes(opened) == Failure(Code.PLATFORM_BUSY)


# -- keeping ----------------------------------------------------------------------------------------


def test_list_and_opening_are_kept_with_what_is_new(practice: Practice) -> None:
    """CF-049: how many annonces wait stands in « Ouverts aujourd'hui »."""
    practice.cached()
    opened = practice.opened()
    old = replace(LISTED[0], registered=NOW - timedelta(days=2))
    listed = (old, replace(LISTED[1], level=Level.ANNONCE), replace(LISTED[2], registered=None))
    assert practice.service.keep(opened, Listing(listed, EPISODES, NOW)) is None
    assert set(good(practice.store.documents("p1"))) == set(listed)
    assert practice.store.episodes("p1") == EPISODES
    assert practice.shelf.last["p1"] == RecentPatient(patient(), NOW, mandate(), 1, 1)


def test_data_beside_a_document_are_kept_and_count_nothing(practice: Practice) -> None:
    """Contract §9: a document and its data are one new document, one annonce."""
    practice.cached()
    opened = practice.opened()
    new = replace(LISTED[1], level=Level.ANNONCE)
    data = replace(new, id="data", unique_id="urn:data", transforms=new.id)
    assert practice.service.keep(opened, Listing((new, data), EPISODES, NOW)) is None
    assert set(good(practice.store.documents("p1"))) == {new, data}
    last = practice.shelf.last["p1"]
    assert (last.new_documents, last.annonces) == (1, 1)


def test_what_is_shown_from_the_cache_is_not_kept_anew(practice: Practice) -> None:
    """The list of this morning is not a list of now, and no opening of a record."""
    before = practice.cached()
    opened = good(practice.service.open_cached(before))
    practice.clock.advance(60)
    assert practice.service.keep(opened, Listing((), (), NOW)) is None
    assert practice.store.documents("p1") == LISTED and practice.shelf.last["p1"] == before


@pytest.mark.parametrize("broken", ["save_documents", "save_episodes", "remember_opening"])
def test_what_cannot_be_kept_is_told(practice: Practice, broken: str) -> None:
    opened = practice.opened()
    practice.store.answers[broken] = Failure(Code.DISK_FULL)
    assert practice.service.keep(opened, Listing(LISTED, EPISODES, NOW)) == Failure(Code.DISK_FULL)
    assert practice.shelf.last == {}, "an opening stands there only with its list"


def test_nothing_is_kept_before_its_right_is_noted(practice: Practice) -> None:
    """CF-066: a row without an end would outlive the mandate."""
    practice.store.full = True
    opened = practice.opened()
    assert practice.shelf.rights == {}
    assert practice.service.keep(opened, Listing(LISTED, EPISODES, NOW)) == Failure(Code.DISK_FULL)
    assert practice.kept() == set()
    practice.store.full = False
    assert practice.service.keep(opened, Listing(LISTED, EPISODES, NOW)) is None
    assert practice.shelf.rights == {"p1": NOW + timedelta(hours=24)}


# -- while it is open -------------------------------------------------------------------------------


def test_a_shortened_mandate_ends_at_its_new_end(practice: Practice) -> None:
    """CF-031: the patient's new end counts from the next look on."""
    opened = practice.opened()
    shorter = mandate(end=NOW + timedelta(minutes=5), grace_end=None)
    practice.platform.mandates["p1"] = shorter
    assert practice.service.recheck(opened) == shorter
    assert practice.shelf.rights == {"p1": NOW + timedelta(minutes=5)}
    practice.clock.time = NOW + timedelta(minutes=5)
    assert practice.service.recheck(opened) == Failure(Code.MANDATE_ENDED)


def test_a_mandate_that_is_named_after_its_end_has_ended(practice: Practice) -> None:
    """CF-031: a platform that is slow to close it, and a PC whose clock is behind."""
    opened = practice.opened()
    practice.platform.server_time = NOW + timedelta(hours=24) - timedelta(seconds=1)
    assert practice.service.recheck(opened) == mandate()
    practice.platform.server_time = NOW + timedelta(hours=24)
    assert practice.service.recheck(opened) == Failure(Code.MANDATE_ENDED)


def test_a_mandate_that_is_gone_has_ended(practice: Practice) -> None:
    """CF-031, CF-035."""
    opened = practice.opened(MR)
    del practice.platform.mandates["p1"]
    assert practice.service.recheck(opened) == Failure(Code.MANDATE_ENDED)


@pytest.mark.parametrize("failure", [Code.OFFLINE, Code.PLATFORM_BUSY, Code.PRACTICE_SUSPENDED])
def test_what_the_platform_says_instead_is_passed_on(practice: Practice, failure: Code) -> None:
    """A network that is cut ends nothing (CF-079); a suspension is the desk's to act on (CF-019)."""
    opened = practice.opened()
    practice.platform.answers["read_mandate"] = Failure(failure)
    assert practice.service.recheck(opened) == Failure(failure)


def test_an_unchanged_mandate_writes_nothing(practice: Practice) -> None:
    opened = practice.opened()
    practice.shelf.rights.clear()
    assert practice.service.recheck(opened) == mandate()
    assert practice.shelf.rights == {}


def test_a_right_that_could_not_be_noted_is_noted_at_the_next_look(practice: Practice) -> None:
    """CF-066."""
    practice.store.full = True
    opened = practice.opened()
    practice.store.full = False
    practice.service.recheck(opened)
    assert practice.shelf.rights == {"p1": NOW + timedelta(hours=24)}


def test_offline_the_clock_ends_the_mandate(practice: Practice) -> None:
    """CF-031: also where nobody can be asked."""
    opened = good(practice.service.open_cached(practice.cached()))
    assert practice.service.recheck(opened) == mandate()
    practice.clock.time = NOW + timedelta(hours=24)
    assert practice.service.recheck(opened) == Failure(Code.MANDATE_ENDED)
    assert practice.platform.asked == []


# -- leaving ----------------------------------------------------------------------------------------


def test_leaving_drops_the_patients_token_and_asks_nothing(practice: Practice) -> None:
    practice.opened()
    assert practice.platform.tokens == {"p1": "m1"}
    asked = list(practice.platform.asked)
    practice.service.leave("p1")
    assert practice.platform.tokens == {} and practice.platform.asked == asked


def test_the_end_destroys_all_but_the_authors_own(practice: Practice) -> None:
    """CF-066, domain §5.4."""
    opened = good(practice.service.open_cached(practice.cached()))
    assert practice.service.forget(opened, ACCOUNT.practitioner_id) is None
    assert practice.kept() == set(practice.shelf.bodies) == {"d2"}
    assert practice.store.episodes("p1") == () and practice.shelf.rights == {}


def test_a_document_without_an_author_is_nobodys_own(practice: Practice) -> None:
    """CF-066: weak servers leave the author out, and an account may have no number yet."""
    opened = good(practice.service.open_cached(practice.cached()))
    assert practice.store.save_documents("p1", (letter(1, ""), letter(2, ""))) is None
    assert practice.service.forget(opened, "") is None
    assert practice.shelf.bodies == {}


def test_the_end_destroys_also_where_the_list_cannot_be_read(
    practice: Practice, monkeypatch: pytest.MonkeyPatch
) -> None:
    """CF-066: what is own cannot be told then, and goes too; it can be read again from the platform."""
    opened = good(practice.service.open_cached(practice.cached()))
    monkeypatch.setattr(practice.store, "documents", lambda _: Failure(Code.STORE_DAMAGED))
    assert practice.service.forget(opened, ACCOUNT.practitioner_id) is None
    assert practice.kept() == set()


def test_an_end_that_cannot_be_written_is_told(practice: Practice) -> None:
    """CF-066: the purge tries again at the next login."""
    opened = good(practice.service.open_cached(practice.cached()))
    practice.store.full = True
    assert practice.service.forget(opened, "") == Failure(Code.DISK_FULL)


def test_after_the_end_the_right_is_not_noted_again(practice: Practice) -> None:
    """CF-066: a list that was under way when the mandate ended finds no right."""
    practice.store.full = True
    opened = practice.opened()
    practice.store.full = False
    assert practice.service.forget(opened, "") is None
    assert practice.service.keep(opened, Listing(LISTED, EPISODES, NOW)) == Failure(Code.RIGHT_UNKNOWN)
    assert practice.shelf.rights == {} and practice.kept() == set()


@pytest.mark.parametrize(
    ("time", "today"),
    [
        (datetime(2026, 7, 1, 21, 59, tzinfo=UTC), date(2026, 7, 1)),
        (datetime(2026, 7, 1, 22, 0, tzinfo=UTC), date(2026, 7, 2)),  # midnight in Luxembourg
    ],
)
def test_opened_today_is_todays_in_luxembourg(
    practice: Practice, monkeypatch: pytest.MonkeyPatch, time: datetime, today: date
) -> None:
    practice.clock.time = datetime(2020, 1, 1, tzinfo=UTC)
    practice.platform.server_time = time
    asked: list[date] = []

    def nobody(day: date) -> tuple[RecentPatient, ...]:
        asked.append(day)
        return ()

    monkeypatch.setattr(practice.store, "recent_patients", nobody)
    assert practice.service.recent() == ()
    assert asked == [today] and practice.service.today() == today


def test_the_purge_goes_by_the_platforms_clock(practice: Practice, monkeypatch: pytest.MonkeyPatch) -> None:
    """CF-066: at each login."""
    practice.platform.server_time = NOW + timedelta(days=1)
    monkeypatch.setattr(practice.store, "purge_expired", lambda now: (now - NOW).days)
    assert practice.service.rights.purge() == 1


# -- annonces and news ------------------------------------------------------------------------------

AGES = st.integers(0, 40).map(lambda days: NOW - timedelta(days=days))


@given(st.lists(st.tuples(st.sampled_from(list(Level)), st.none() | AGES, st.none() | AGES), max_size=8))
def test_annonces_wait_for_14_days(rows: list[tuple[Level, datetime | None, datetime | None]]) -> None:
    """CF-049: by when it was masked, else by when it came; what has no date is not accused."""
    listed = tuple(letter(n, level=l, annonce_at=at, registered=on) for n, (l, at, on) in enumerate(rows))
    since = [masked or came or NOW for _, masked, came in rows]
    annonces = [n for n, row in enumerate(rows) if row[0] is Level.ANNONCE]
    expected = [f"d{n}" for n in annonces if NOW - since[n] > ANNONCE_WARNING]
    assert [d.id for d in pending_annonces(listed, NOW)] == expected


def test_an_annonce_of_exactly_14_days_is_not_late() -> None:
    """CF-049: older than 14 days."""
    masked = letter(1, level=Level.ANNONCE, annonce_at=NOW - timedelta(days=14))
    assert pending_annonces((masked,), NOW) == ()
    assert pending_annonces((masked,), NOW + timedelta(seconds=1)) == (masked,)


def test_new_is_what_came_after_the_former_opening() -> None:
    listed = (
        letter(1, registered=NOW),
        letter(2, registered=NOW + timedelta(seconds=1)),
        letter(3, registered=None),
    )
    assert new_since(listed, NOW) == {"d2"}
    assert new_since(listed, None) == frozenset(), "at a first opening nothing is called new"


def test_a_record_is_the_same_for_the_same_facts() -> None:
    """Frozen values: what a worker made cannot change under the screen."""
    opened = OpenRecord(patient(), mandate(), None)
    assert opened == OpenRecord(patient(), mandate(), None)
    for value, name in ((opened, "offline"), (AccessPlan(patient(), None, None), "closed")):
        with pytest.raises(AttributeError):
            setattr(value, name, None)


def test_a_list_is_known_from_its_question_on_until_the_record_is_left_or_opened_again(
    practice: Practice,
) -> None:
    """What it leaves out is outside of it only as long as it is this opening's own."""
    assert practice.service.listed_at("p1") is None
    for end in (lambda: practice.service.leave("p1"), practice.opened):
        opened = practice.opened()
        assert practice.service.listed_at("p1") is None
        asked = NOW - timedelta(seconds=3)
        assert practice.service.keep(opened, Listing(LISTED, EPISODES, asked)) is None
        assert practice.service.listed_at("p1") == asked and practice.service.listed_at("p2") is None
        end()
        assert practice.service.listed_at("p1") is None


def test_a_list_that_could_not_be_kept_is_not_known(practice: Practice) -> None:
    opened = practice.opened()
    practice.store.answers["save_documents"] = Failure(Code.DISK_FULL)
    practice.service.keep(opened, Listing(LISTED, EPISODES, NOW))
    assert practice.service.listed_at("p1") is None
