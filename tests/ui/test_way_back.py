"""The one rule of « Retour » and Esc (pure): a walk through pages, and where it leads back."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop.kernel.page import Entry
from desktop.services.session import RecordState, SessionState, Situation
from desktop.ui.way_back import GATES, WayBack, landing

OUT = Situation()
HOME = replace(OUT, session=SessionState.ACTIVE)
NAMED = replace(HOME, record=RecordState.CODE_NEEDED)
READING = replace(HOME, record=RecordState.OPEN)
GRACE = replace(HOME, record=RecordState.GRACE)
ENDED = replace(HOME, record=RecordState.ENDED)
OFFLINE = replace(READING, session=SessionState.ACTIVE_OFFLINE)
LOCKED = replace(READING, session=SessionState.LOCKED)
UNLOCKING = replace(READING, session=SessionState.UNLOCKING)
TERMS = replace(OUT, session=SessionState.TERMS)
TERMS_AT_UNLOCK = replace(READING, session=SessionState.TERMS_AT_UNLOCK)


def way() -> WayBack:
    """With a page of a feature of each kind."""
    made = WayBack()
    made.add("history", Entry.RECORD)
    made.add("accesses", Entry.USER_MENU)
    made.add("worklist", Entry.TAB)
    return made


def after(*pages: str) -> WayBack:
    made = way()
    for page in pages:
        made.came(page)
    return made


@pytest.mark.parametrize(
    ("walk", "now", "behind"),
    [
        # places: one step up
        (("home",), HOME, "home"),
        (("home", "identity"), NAMED, "home"),
        (("home", "record"), READING, "home"),
        (("record", "deposit"), READING, "record"),
        (("record", "history"), READING, "record"),
        (("record",), ENDED, "home"),
        (("home", "outbox"), HOME, "home"),
        (("record", "outbox"), READING, "record"),
        (("record", "worklist"), OFFLINE, "record"),
        (("home", "worklist"), HOME, "home"),
        # beside: where one came from
        (("home", "card"), HOME, "home"),
        (("home", "identity", "card"), NAMED, "identity"),
        (("record", "card"), READING, "record"),
        (("record", "deposit", "accesses"), READING, "deposit"),
        (("record", "deposit", "accesses"), GRACE, "deposit"),
        (("record", "history", "about"), READING, "history"),
        (("home", "outbox", "about"), HOME, "outbox"),
        (("record", "card", "diagnostics"), READING, "card"),
        (("record", "card", "diagnostics", "card"), READING, "record"),
        (("record", "about", "outbox", "card", "outbox"), READING, "record"),
        # what may not be shown any more is passed over
        (("record", "deposit", "card"), ENDED, "record"),
        (("record", "history", "card"), HOME, "home"),
        (("home", "identity", "card"), HOME, "home"),
        (("home", "identity", "card"), READING, "record"),
        (("outbox", "about", "history", "card"), HOME, "home"),  # a place ends what was before it
        # before a login
        (("login",), OUT, "login"),
        (("login", "card"), OUT, "login"),
        (("login", "card", "diagnostics"), OUT, "card"),
        (("login", "card", "diagnostics", "card"), OUT, "login"),
        (("login", "card"), TERMS, "terms"),
        (("login", "card"), HOME, "home"),
        # behind the lock
        (("record", "lock"), LOCKED, "lock"),
        (("record", "lock", "card"), LOCKED, "lock"),
        (("record", "lock", "diagnostics"), UNLOCKING, "lock"),
        (("record", "card", "diagnostics", "lock", "card"), LOCKED, "lock"),
        (("home", "accesses", "card", "lock", "diagnostics"), LOCKED, "lock"),
        (("record", "lock", "card", "diagnostics"), LOCKED, "card"),
        (("lock", "card", "lock", "diagnostics", "card"), LOCKED, "diagnostics"),
        (("lock", "card", "lock", "diagnostics", "card", "diagnostics"), LOCKED, "lock"),
        (("record", "card"), TERMS_AT_UNLOCK, "terms"),
        (("record", "accesses", "card"), LOCKED, "lock"),
        # and after the unlock
        (("record", "card", "lock", "card"), READING, "record"),
        (("record", "card", "diagnostics", "lock", "diagnostics"), READING, "card"),
        (("record", "lock", "card"), READING, "record"),
        (("identity", "about", "lock", "terms", "about"), NAMED, "identity"),
        # the next session knows nothing of the one before
        (("record", "about", "login", "card"), OUT, "login"),
        (("record", "about", "login", "home", "card"), HOME, "home"),
    ],
)
def test_walks(walk: tuple[str, ...], now: Situation, behind: str) -> None:
    assert after(*walk).leads(now) == behind


@pytest.mark.parametrize(
    ("now", "page"),
    [
        (OUT, "login"),
        (replace(OUT, session=SessionState.AUTHENTICATING), "login"),
        (TERMS, "terms"), (TERMS_AT_UNLOCK, "terms"), (LOCKED, "lock"), (UNLOCKING, "lock"),
        (HOME, "home"), (NAMED, "home"), (READING, "record"), (GRACE, "record"), (ENDED, "record"),
        (OFFLINE, "record"),
    ],
)  # fmt: skip
def test_landing(now: Situation, page: str) -> None:
    assert landing(now) == page


@pytest.mark.parametrize(
    ("walk", "now", "behind"),
    [
        (("worklist", "identity"), NAMED, "worklist"),
        (("worklist", "identity", "record"), READING, "worklist"),
        (("worklist", "identity", "card", "identity", "record", "history", "record"), GRACE, "worklist"),
        (("worklist", "identity", "record", "deposit"), READING, "record"),
        (("worklist", "identity", "record", "lock", "record"), READING, "worklist"),
        (("worklist", "identity", "record", "home"), HOME, "home"),
        (("worklist", "identity", "home", "identity", "record"), READING, "home"),  # another was looked for
        (("worklist", "identity", "record", "login", "record"), READING, "home"),  # of another session
    ],
)
def test_a_patient_who_was_chosen_on_a_list_leads_back_to_it(
    walk: tuple[str, ...], now: Situation, behind: str
) -> None:
    made = way()
    made.came(walk[0])
    made.chosen_on(walk[0])
    for page in walk[1:]:
        made.came(page)
    assert made.leads(now) == behind
    assert made.leaves_patient(behind) is (behind in ("worklist", "home"))


PAGES = [*sorted(GATES), "home", "identity", "record", "deposit", "outbox", "card", "diagnostics", "about",
         "history", "accesses", "worklist"]  # fmt: skip
SITUATIONS = st.builds(
    Situation, session=st.sampled_from(list(SessionState)), record=st.sampled_from(list(RecordState))
)
_PATIENTS = {"identity", "record", "deposit", "history"}


@given(st.lists(st.sampled_from(PAGES), min_size=1, max_size=12), SITUATIONS)
def test_no_way_back_leads_to_what_may_not_be_shown(walk: list[str], now: Situation) -> None:
    """CF-014, CF-017: whatever was walked before."""
    behind = after(*walk).leads(now)
    if walk[-1] in GATES:
        assert behind == walk[-1], "a gate has no way back"
    elif not now.may_show_content:
        assert behind in GATES | {"card", "diagnostics"}
        assert behind not in GATES or behind == landing(now)
    elif behind in _PATIENTS and walk[-1] not in _PATIENTS:
        assert now.record is not RecordState.NONE


@given(st.lists(st.sampled_from(PAGES), min_size=1, max_size=12), SITUATIONS)
def test_going_back_again_and_again_arrives(walk: list[str], now: Situation) -> None:
    """No two pages lead to each other for ever; the end is where the situation lands, or home."""
    steps = after(*walk)
    seen = walk[-1]
    for _ in range(len(PAGES)):
        behind = steps.leads(now)
        if behind == seen:
            break
        seen = behind
        steps.came(behind)
    assert steps.leads(now) == seen
    assert seen in GATES or seen in ("home", landing(now))
