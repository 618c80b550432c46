"""What is made in parts: one part a turn of the event loop, whoever makes it."""

from collections.abc import Iterator

import shiboken6
from PySide6.QtCore import QObject
from pytestqt.qtbot import QtBot

from desktop.ui.tasks import Generation
from desktop.ui.turns import in_turns, next_turn
from tests.ui.turning import count_turns


def test_two_that_make_parts_never_share_a_turn(qtbot: QtBot) -> None:
    """Two pages made ahead at once: in a turn of both stand the parts of both, twice as long a gap."""
    owner, turn, made = QObject(), count_turns(qtbot), list[tuple[str, int]]()

    def parts(name: str) -> Iterator[None]:
        for _ in range(5):
            made.append((name, turn()))
            yield

    for name in ("first", "second"):
        in_turns(owner, parts(name), Generation())
    assert made == [], "not in the turn that asks"
    qtbot.waitUntil(lambda: len(made) == 10)
    assert [name for name, _ in made] == ["first", "second"] * 5, "neither waits for the other's end"
    assert len({number for _, number in made}) == 10


def test_what_nobody_wants_any_more_is_dropped(qtbot: QtBot) -> None:
    owner, gone, generation, made = QObject(), QObject(), Generation(), list[str]()
    in_turns(owner, map(made.append, ("stale", "stale")), generation)
    next_turn(gone, lambda: made.append("of one that is gone"))
    generation.bump()
    shiboken6.delete(gone)
    next_turn(owner, lambda: made.append("last"))
    qtbot.waitUntil(lambda: "last" in made)
    assert made == ["last"]


def test_one_that_fails_does_not_hold_the_line(qtbot: QtBot) -> None:
    owner, made = QObject(), list[str]()

    def fail() -> None:
        raise LookupError

    with qtbot.captureExceptions() as caught:
        next_turn(owner, fail)
        next_turn(owner, lambda: made.append("next"))
        qtbot.waitUntil(lambda: bool(made))
    assert [kind for kind, *_ in caught] == [LookupError]
