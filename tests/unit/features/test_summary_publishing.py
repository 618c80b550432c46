"""A signed summary on its way: both or none, never twice, whatever is lost or killed (contract §9)."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from desktop.domain.errors import Code, Failure, Result
from desktop.domain.record import Mandate
from desktop.features.summary.domain.publication import (
    Progress,
    Publication,
    PublishingCode,
    Stage,
    Standing,
)
from desktop.features.summary.kept import KEPT
from desktop.features.summary.service.publishing import Publications
from tests.answers import good
from tests.fakes import FakeKept
from tests.fakes.clock import FakeClock
from tests.fakes.store import FakeVault
from tests.fakes.summary import SETTLE, FakeSummary, Fate, Killed
from tests.samples.practice import deposit, mandate
from tests.samples.summary import publication

PDF = b"%PDF-1.7 signed"
SENT = publication(deposit(1), "urn:uuid:data", PDF)


class Desk:
    """A program that can be killed, its store, and the platform."""

    def __init__(self) -> None:
        vault = FakeVault()
        vault.holder = "H1"
        self.clock, self.rows = FakeClock(), FakeKept(KEPT, vault)
        self.platform = FakeSummary(self.clock)
        self.keeps = True
        self.start()

    def start(self) -> None:
        self.service = Publications(
            self.platform, self.rows, self.clock.now, lambda: self.keeps, self.clock.monotonic
        )

    def step(self) -> Progress | None:
        """One step; a kill is followed by a new start of the program."""
        try:
            return good(self.service.advance(SENT.id))
        except Killed:
            self.start()
            return None

    def until_over(self) -> Progress:
        for _ in range(40):
            progress = self.step()
            if progress is not None and progress.stage.is_over:
                return progress
            self.clock.advance(SETTLE / 2)
        raise AssertionError(self.step())


@pytest.fixture
def desk() -> Desk:
    made = Desk()
    good(made.service.keep(SENT))
    return made


def test_it_is_published_and_told(desk: Desk) -> None:
    [waiting] = good(desk.service.pending()).publications
    assert waiting.stage is Stage.SIGNED and waiting.version == SENT.version
    done = desk.step()
    assert done is not None and done.stage is Stage.PUBLISHED and done.failure is None
    assert desk.service.told(SENT.id) is None
    assert good(desk.service.pending()).publications == ()


def test_what_is_not_over_is_not_forgotten(desk: Desk) -> None:
    assert desk.service.told(SENT.id) is None
    assert len(good(desk.service.pending()).publications) == 1


@settings(max_examples=300, deadline=None)
@given(st.lists(st.sampled_from(Fate), max_size=6), st.integers(0, 3))
def test_both_or_none_and_never_twice(fates: list[Fate], deaf: int) -> None:
    """Whatever is lost, refused or killed in whatever order."""
    desk = Desk()
    good(desk.service.keep(SENT))
    desk.platform.fates, desk.platform.deaf = list(fates), deaf
    ended = desk.until_over()
    copies = (desk.platform.copies(SENT.id), desk.platform.copies(SENT.data.unique_id))
    assert copies == {Stage.PUBLISHED: (1, 1), Stage.WITHOUT_DATA: (1, 0), Stage.REFUSED: (0, 0)}[ended.stage]
    if ended.stage is not Stage.PUBLISHED:
        assert ended.failure is not None and not {Fate.REFUSED, Fate.HALF, Fate.HALF_LOST}.isdisjoint(fates)


def test_nothing_leaves_before_it_is_on_the_disk(desk: Desk) -> None:
    desk.platform.fates = [Fate.KILLED_BEFORE]
    assert desk.step() is None
    [left] = good(desk.service.pending()).publications
    assert left.stage is Stage.SENT


@pytest.mark.parametrize("fate", [Fate.LOST, Fate.NEVER, Fate.KILLED_AFTER, Fate.KILLED_BEFORE])
def test_cf079_one_negative_answer_sends_nothing_again(desk: Desk, fate: Fate) -> None:
    desk.platform.fates = [fate, Fate.TAKEN]
    desk.step()
    first = desk.step()
    assert first is not None and (first.stage, first.wait) == (Stage.SENT, SETTLE)
    desk.clock.advance(SETTLE - 1)
    again = desk.step()
    assert again is not None and again.stage is Stage.SENT and len(desk.platform.fates) == 1
    desk.clock.advance(1)
    ended = desk.step()
    assert ended is not None and ended.stage is Stage.PUBLISHED
    assert desk.platform.copies(SENT.id) == desk.platform.copies(SENT.data.unique_id) == 1


def test_the_half_that_was_refused_is_sent_at_once(desk: Desk) -> None:
    desk.platform.fates = [Fate.HALF]
    half = desk.step()
    assert half is not None and half.failure is not None
    assert (half.stage, half.failure.code) == (Stage.HALF, PublishingCode.HALF_TAKEN)
    desk.clock.advance(SETTLE)
    done = desk.step()
    assert done is not None and done.stage is Stage.PUBLISHED and desk.platform.copies(SENT.id) == 1


def test_without_data_it_may_be_tried_again(desk: Desk) -> None:
    desk.platform.fates = [Fate.HALF, Fate.HALF]
    desk.step()
    desk.clock.advance(SETTLE)
    ended = desk.until_over()
    assert ended.stage is Stage.WITHOUT_DATA and ended.failure is not None
    assert ended.failure.code is PublishingCode.WITHOUT_DATA
    assert desk.service.told(SENT.id) is None and good(desk.service.pending()).publications == (
        replace(ended, in_force=None),
    )
    assert good(desk.service.again(SENT.id)).stage is Stage.HALF
    assert desk.until_over().stage is Stage.PUBLISHED
    assert desk.service.told(SENT.id) is None and good(desk.service.pending()).publications == ()


@pytest.mark.parametrize("fates", [[Fate.HALF, Fate.HALF], [Fate.HALF_LOST, Fate.HALF]])
def test_a_pdf_without_its_data_is_named_by_the_platforms_id(desk: Desk, fates: list[Fate]) -> None:
    """Who writes the next version replaces it."""
    desk.platform.fates = list(fates)
    desk.step()
    desk.clock.advance(SETTLE)
    ended = desk.until_over()
    assert (ended.stage, ended.document_id) == (Stage.WITHOUT_DATA, f"pdf-{SENT.version}")


def test_a_newer_version_needs_the_data_of_the_former_one_no_more(desk: Desk) -> None:
    desk.platform.fates = [Fate.HALF, Fate.HALF]
    desk.step()
    desk.clock.advance(SETTLE)
    desk.until_over()
    newer = publication(deposit(2), "urn:uuid:newer", PDF, version=2)
    [kept] = [good(desk.service.keep(newer))]
    assert good(desk.service.pending()).publications == (kept,)


def test_cf031_it_never_goes_under_another_right(desk: Desk) -> None:
    other = mandate(id="another")
    for right, code in ((other, Code.OTHER_RIGHT), (Failure.of(Code.NO_MANDATE), Code.NO_MANDATE)):
        desk.platform.granted = right
        held = good(desk.service.advance(SENT.id))
        assert held.stage is Stage.SIGNED and held.failure is not None and held.failure.code is code
        assert not held.goes_on
    assert not desk.platform.arrived


def test_cf093_a_refusal_says_why_and_nothing_is_published(desk: Desk) -> None:
    desk.platform.fates = [Fate.REFUSED]
    ended = desk.until_over()
    assert ended.stage is Stage.REFUSED and ended.failure is not None
    assert ended.failure.code is Code.NOT_ENTITLED and not desk.platform.arrived
    [kept] = good(desk.service.pending()).publications
    assert kept == ended, "until it is told, also after a restart"


@pytest.mark.parametrize("fate", [Fate.BUSY, Fate.OFFLINE])
def test_what_nobody_judged_goes_later(desk: Desk, fate: Fate) -> None:
    desk.platform.fates = [fate]
    held = desk.step()
    assert held is not None and held.stage is Stage.SIGNED and held.failure is not None
    done = desk.step()
    assert done is not None and done.stage is Stage.PUBLISHED


def test_cf079_a_store_that_was_put_back_sends_nothing_again(desk: Desk) -> None:
    """Its copy knows of no sending; the platform has it."""
    desk.platform.arrived = {id: [desk.clock.monotonic()] for id in (SENT.id, SENT.data.unique_id)}
    desk.start()
    assert desk.until_over().stage is Stage.PUBLISHED
    assert desk.platform.sent == []


@pytest.mark.parametrize(
    ("fate", "goes_on", "waits"),
    [
        (Fate.LOST, True, False), (Fate.HALF, True, False), (Fate.BUSY, True, True),
        (Fate.OFFLINE, True, True), (Fate.REFUSED, False, False), (Fate.TAKEN, False, False),
    ],
)  # fmt: skip
def test_what_needs_nobody_goes_on_by_itself(desk: Desk, fate: Fate, goes_on: bool, waits: bool) -> None:
    """« Nous vérifions » is followed by what was found, without a hand."""
    desk.platform.fates = [fate]
    told = desk.step()
    assert told is not None and (told.goes_on, told.wait > 0) == (goes_on, waits)
    desk.platform.deaf = 1
    unheard = desk.step()
    if fate in (Fate.LOST, Fate.HALF):
        assert unheard is not None and unheard.goes_on and unheard.wait > 0, "not in a busy loop"


def test_other_bytes_under_its_identifier_end_it(desk: Desk) -> None:
    desk.platform.fates = [Fate.NEVER]
    desk.step()
    desk.platform.unlike = True
    ended = desk.step()
    assert ended is not None and ended.stage is Stage.REFUSED and ended.failure is not None
    assert ended.failure.code is Code.DIGEST_MISMATCH


def test_bytes_and_identifiers_come_back_as_they_were_signed(desk: Desk) -> None:
    desk.start()
    desk.until_over()
    assert desk.platform.sent == [SENT]


def steps(desk: Desk, most: int = 20) -> list[Stage]:
    """What the window's errand does: a step, and the next one when it is worth it."""
    seen: list[Stage] = []
    for _ in range(most):
        worked = good(desk.service.step())
        if worked.moved is not None:
            seen.append(worked.moved.stage)
        if worked.wait is None:
            return seen
        desk.clock.advance(worked.wait)
    raise AssertionError(seen)


@pytest.mark.parametrize("fate", [Fate.LOST, Fate.NEVER, Fate.HALF, Fate.BUSY, Fate.OFFLINE, Fate.TAKEN])
def test_step_by_step_it_comes_to_its_end_without_a_hand(desk: Desk, fate: Fate) -> None:
    desk.platform.fates = [fate]
    assert steps(desk)[-1] is Stage.PUBLISHED
    assert desk.platform.copies(SENT.id) == desk.platform.copies(SENT.data.unique_id) == 1
    assert good(desk.service.step()).moved is None


def test_data_that_were_refused_go_again_at_the_next_opening_of_the_same_session(desk: Desk) -> None:
    desk.platform.fates = [Fate.HALF, Fate.HALF]
    assert steps(desk)[-1] is Stage.WITHOUT_DATA
    good(desk.service.again(SENT.id))
    assert steps(desk)[-1] is Stage.PUBLISHED


def test_what_a_killed_program_left_goes_on_at_the_next_login(desk: Desk) -> None:
    """CF-079: asked for first; it is sent once."""
    desk.platform.fates = [Fate.KILLED_AFTER]
    assert desk.step() is None
    assert steps(desk)[-1] is Stage.PUBLISHED
    assert desk.platform.copies(SENT.id) == 1 and len(desk.platform.sent) == 1


def test_what_waits_for_a_right_is_tried_when_somebody_comes_and_not_before(desk: Desk) -> None:
    """CF-031, and no token is asked for by a timer."""
    desk.platform.granted = Failure.of(Code.NO_MANDATE)
    held = good(desk.service.step())
    assert held.moved is not None and held.moved.stage is Stage.SIGNED and held.wait is None
    desk.clock.advance(3600)
    assert good(desk.service.step()).moved is None
    desk.platform.granted = None
    desk.service.wake()
    assert steps(desk) == [Stage.PUBLISHED]


def test_the_waits_grow_while_the_platform_is_away(desk: Desk) -> None:
    desk.platform.fates = [Fate.OFFLINE] * 4
    waits = []
    for _ in range(4):
        worked = good(desk.service.step())
        waits.append(worked.wait)
        desk.clock.advance(worked.wait or 0.0)
    assert waits == [5, 10, 20, 40]
    desk.platform.fates = [Fate.OFFLINE]
    desk.service.wake()
    assert good(desk.service.step()).wait == 5


def test_a_damaged_row_costs_only_itself(desk: Desk) -> None:
    """It is counted, and the ones behind it go."""
    other = publication(deposit(2), "urn:uuid:other", PDF)
    good(desk.service.keep(other))
    spoil = "UPDATE summary_publication SET content = ? WHERE id = ?"
    good(desk.rows.write(lambda rows: rows.execute(spoil, (b"{", other.id))))
    listed = good(desk.service.pending())
    assert ([one.id for one in listed.publications], listed.unreadable) == ([SENT.id], 1)
    assert steps(desk) == [Stage.PUBLISHED]
    assert good(desk.service.pending()).unreadable == 1, "it is not destroyed"


def test_a_step_that_ends_by_a_bug_is_nothing_to_the_others(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = publication(deposit(2), "urn:uuid:other", PDF, version=2)
    good(desk.service.keep(other))
    right = desk.platform.right

    def broken(wanted: Publication) -> Result[Mandate]:
        if wanted.id == SENT.id:
            raise RuntimeError
        return right(wanted)

    monkeypatch.setattr(desk.platform, "right", broken)
    first, second = good(desk.service.step()), good(desk.service.step())
    assert first.moved is not None and first.moved.failure is not None
    assert second.moved is not None and (second.moved.id, second.moved.stage) == (other.id, Stage.PUBLISHED)
    assert second.wait, "the first one is tried again later"


@pytest.mark.parametrize("fate", [Fate.BUSY, Fate.OFFLINE])
def test_a_session_that_keeps_nothing_sends_nothing_later(desk: Desk, fate: Fate) -> None:
    """« Non publié » while the doctor waits: nothing goes behind his back."""
    desk.keeps = False
    desk.platform.fates = [fate]
    assert steps(desk) == [Stage.GIVEN_UP]
    desk.service.wake()
    assert good(desk.service.step()).moved is None and not desk.platform.arrived
    [ended] = good(desk.service.pending()).publications
    assert ended.failure is not None and desk.service.told(SENT.id) is None
    assert good(desk.service.pending()).publications == ()


def test_a_session_that_keeps_nothing_does_not_wait_for_a_right(desk: Desk) -> None:
    desk.keeps = False
    desk.platform.granted = mandate(id="another")
    assert steps(desk) == [Stage.GIVEN_UP] and not desk.platform.arrived


@pytest.mark.parametrize("fate", [Fate.LOST, Fate.NEVER, Fate.HALF])
def test_a_session_that_keeps_nothing_still_asks_for_what_may_have_left(desk: Desk, fate: Fate) -> None:
    desk.keeps = False
    desk.platform.fates = [fate]
    assert steps(desk)[-1] is Stage.PUBLISHED
    assert desk.platform.copies(SENT.id) == 1


def test_a_lost_one_that_never_came_and_may_not_go_again_is_not_published(desk: Desk) -> None:
    desk.keeps = False
    desk.platform.fates = [Fate.NEVER]
    desk.step()
    desk.platform.granted = Failure.of(Code.NO_MANDATE)
    assert steps(desk)[-1] is Stage.GIVEN_UP and not desk.platform.arrived


def test_cf079_a_refusal_that_nobody_could_look_up_is_not_said_yet(desk: Desk) -> None:
    """Asked for as after a lost answer, twice; then it is told with its reason."""
    desk.platform.fates, desk.platform.deaf = [Fate.REFUSED], 1
    first = desk.step()
    assert first is not None and (first.stage, first.failure, first.goes_on) == (Stage.SENT, None, True)
    second = desk.step()
    assert second is not None and second.stage is Stage.SENT and second.wait == SETTLE
    ended = desk.until_over()
    assert ended.stage is Stage.REFUSED and ended.failure is not None
    assert ended.failure.code is Code.NOT_ENTITLED and len(desk.platform.sent) == 1


def test_cf079_refused_because_it_stands_it_is_published(desk: Desk) -> None:
    """A retry on the way was refused, of what had been taken; nobody answered the look-up then."""
    desk.platform.fates, desk.platform.deaf = [Fate.REFUSED], 1
    desk.step()
    desk.platform.arrived = {id: [desk.clock.monotonic()] for id in (SENT.id, SENT.data.unique_id)}
    assert desk.until_over().stage is Stage.PUBLISHED and len(desk.platform.sent) == 1


def test_cf079_a_second_answer_that_came_late_was_asked_for_too_early(desk: Desk) -> None:
    """The platform looked when it was asked, not when its answer came."""
    desk.platform.fates = [Fate.NEVER]
    desk.step()
    looked = desk.platform.standing

    def slowly(wanted: Publication) -> Result[Standing]:
        found = looked(wanted)
        desk.clock.advance(SETTLE - 1)
        return found

    assert desk.step() is not None
    desk.clock.advance(1)
    desk.platform.standing = slowly  # type: ignore[method-assign, assignment]
    early = desk.step()
    assert early is not None and early.wait == SETTLE - 1 and len(desk.platform.sent) == 1
