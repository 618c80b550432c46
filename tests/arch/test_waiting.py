"""How tests wait (tests/README.md): for a state, never for a time."""

import ast
from collections.abc import Iterator
from pathlib import Path

from hypothesis import HealthCheck, settings

ROOT = Path(__file__).resolve().parents[2]
# What drives a screen from outside, or kills the program at random, has moments of its own.
PARTS = ("unit", "ui", "arch", "fakes", "samples", "reader")
PASSING_TIME = {"time.sleep", "threading.Timer", "qtbot.wait", "QTest.qWait", "asyncio.sleep"}
ALLOWED = {
    (
        "tests/unit/smartcard/test_software_card.py",
        "time.sleep",
    ),  # a kill at any moment: none is the right one
    ("tests/ui/record/test_long_lists.py", "qtbot.wait"),  # turns that must not come: waiting finds nothing
    ("tests/ui/views/test_identity.py", "QTest.qWait"),  # of nothing: one turn
    ("tests/unit/system/hanging_program.py", "time.sleep"),  # the program that hangs
    ("tests/reader/soak.py", "time.sleep"),  # a hand at random moments
}


def _calls() -> Iterator[tuple[str, str]]:
    for part in PARTS:
        for path in (ROOT / "tests" / part).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
                    called = ast.unparse(node.func).split(".")[-2:]
                    yield path.relative_to(ROOT).as_posix(), ".".join(called)


def test_no_test_waits_for_a_time() -> None:
    """A slow machine is not ready then; a timer that changes something « meanwhile » comes too late there."""
    assert {found for found in _calls() if found[1] in PASSING_TIME} == ALLOWED


def test_no_example_is_judged_by_the_clock() -> None:
    """Hypothesis would call a rule broken where one example took 200 ms."""
    assert settings.default is not None and settings.default.deadline is None
    assert HealthCheck.too_slow in settings.default.suppress_health_check
