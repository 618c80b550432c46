"""Several rights at once: the widest, and as whom one acts (domain §1.1, §5.1, §5.9)."""

import random
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop.domain.catalog import Profile
from desktop.domain.mandates import acting_profile, is_narrower, precedence, widest
from desktop.domain.record import Mandate, MandateKind

NOW = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)
MR, CMC, URGENCES = MandateKind.MEDECIN_REFERENT, MandateKind.CERCLE_MEDICAL, MandateKind.URGENCES
ETABLISSEMENT, CONSULTATION = MandateKind.ETABLISSEMENT, MandateKind.CONSULTATION


def mandate(
    kind: MandateKind,
    hours: float | None = 8,
    *,
    grace: float | None = None,
    extended: bool = False,
    id: str = "",
) -> Mandate:
    """One that began yesterday and ends in *hours*."""

    def after(end: float | None) -> datetime | None:
        return None if end is None else NOW + timedelta(hours=end)

    named = id or f"{kind}-{hours}-{extended}"
    return Mandate(named, kind, NOW - timedelta(days=1), after(hours), after(grace), extended)


WIDEST_FIRST = (
    mandate(MR, 1),
    mandate(CMC, 2),
    mandate(URGENCES, 3, extended=True),
    mandate(ETABLISSEMENT, 5),
    mandate(URGENCES, 4),
    mandate(CONSULTATION, 6),
)


@pytest.mark.parametrize(("wider", "narrower"), list(pairwise(WIDEST_FIRST)))
def test_each_goes_before_the_next_in_whatever_order_they_are_listed(
    wider: Mandate, narrower: Mandate
) -> None:
    """A later end never outweighs a wider right; it decides between a stay and urgences."""
    assert widest([wider, narrower], NOW) == widest([narrower, wider], NOW) == wider


@pytest.mark.parametrize(("wider", "narrower"), list(pairwise(WIDEST_FIRST)))
def test_narrower_is_what_opens_less_not_what_ends_sooner(wider: Mandate, narrower: Mandate) -> None:
    """Contents of a former right go by it (CF-066): two that open alike keep them, whichever ends first."""
    alike = {wider.kind, narrower.kind} == {ETABLISSEMENT, URGENCES} and not wider.extended
    assert is_narrower(narrower, wider) is not alike
    assert is_narrower(wider, narrower) is False
    assert is_narrower(wider, wider) is False


@given(st.randoms(use_true_random=False), st.integers(0, len(WIDEST_FIRST) - 1))
def test_the_first_that_runs_is_found_in_any_list(chance: random.Random, first: int) -> None:
    running = list(WIDEST_FIRST[first:])
    ended = [mandate(m.kind, -1, extended=m.extended) for m in WIDEST_FIRST[:first]]
    listed = [*running, *ended]
    chance.shuffle(listed)
    assert widest(listed, NOW) == WIDEST_FIRST[first]


@pytest.mark.parametrize(
    ("later", "sooner"),
    [
        (mandate(URGENCES, 9), mandate(ETABLISSEMENT, 8)),  # alike at level standard
        (mandate(ETABLISSEMENT, 9), mandate(URGENCES, 8)),
        (mandate(ETABLISSEMENT, 2, grace=300), mandate(ETABLISSEMENT, 100)),  # the grace counts
        (mandate(URGENCES, None), mandate(ETABLISSEMENT, 10_000)),  # without an end is the latest
        (mandate(CMC, None), mandate(CMC, 8)),
    ],
)
def test_of_two_alike_the_one_that_ends_later(later: Mandate, sooner: Mandate) -> None:
    assert widest([later, sooner], NOW) == widest([sooner, later], NOW) == later


def test_of_two_equal_the_one_that_the_platform_names_first() -> None:
    first, second = mandate(CMC, id="a"), mandate(CMC, id="b")
    assert widest([first, second], NOW) == first and widest([second, first], NOW) == second


def test_only_urgences_are_extended() -> None:
    """The mark on another kind, sent by an odd server, changes nothing."""
    for kind in MandateKind:
        lifted = precedence(mandate(kind, extended=True)) > precedence(mandate(kind))
        assert lifted == (kind is URGENCES)


def test_nothing_runs() -> None:
    assert widest([], NOW) is None
    assert widest([mandate(MR, 0), mandate(CONSULTATION, -2, grace=-1)], NOW) is None


def test_every_kind_has_its_place_and_the_authors_view_the_last() -> None:
    places = {kind: precedence(mandate(kind)) for kind in MandateKind}
    assert min(places, key=lambda kind: places[kind]) is MandateKind.AUTEUR


@pytest.mark.parametrize("profile", list(Profile))
@pytest.mark.parametrize("kind", list(MandateKind))
def test_only_the_declaration_makes_a_medecin_referent(profile: Profile, kind: MandateKind) -> None:
    assert acting_profile(profile, kind) is (Profile.MEDECIN_REFERENT if kind is MR else profile)
