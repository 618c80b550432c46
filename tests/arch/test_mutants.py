"""The mutants of the law's rules fit the code of today, and what plays them tells a fallen test from none."""

from pathlib import Path

import pytest

from tools import conformity, mutation
from tools.mutation import Fate, Mutant

ROOT = Path(__file__).resolve().parents[2]
ENTRIES = conformity.entries(ROOT)
ALL = mutation.mutants(ROOT, ENTRIES)


@pytest.mark.parametrize("mutant", ALL, ids=lambda mutant: f"{mutant.statement} {mutant.fault}")
def test_every_mutant_can_still_be_made(mutant: Mutant) -> None:
    """`python3 dev.py test conformity` plays them."""
    source = (ROOT / mutant.file).read_text(encoding="utf-8")
    compile(mutant.applied(source), mutant.file, "exec")
    assert mutant.file.startswith("desktop/") and mutant.fault
    for test in mutant.tests:
        module, _, name = test.partition("::")
        assert name.split("::")[-1].partition("[")[0] in (ROOT / module).read_text(encoding="utf-8"), test


def test_a_statement_is_tried_or_named_as_untried() -> None:
    left, none_tried = set(mutation.untried(ENTRIES, ALL)), set(mutation.untried(ENTRIES, ()))
    assert left == none_tried - {mutant.statement for mutant in ALL}
    assert "CF-009" in none_tried and "CF-009" not in left


RULE = "def limit(asked: int) -> int:\n    return min(asked, 15)\n"


@pytest.mark.parametrize(
    ("asserted", "fate"), [("limit(90) == 15", Fate.KILLED), ("limit(5) == 5", Fate.SURVIVED)]
)
def test_only_a_test_that_falls_kills(tmp_path: Path, asserted: str, fate: Fate) -> None:
    (tmp_path / "rule.py").write_text(RULE)
    (tmp_path / "test_rule.py").write_text(
        f"from rule import limit\n\n\ndef test_it():\n    assert {asserted}\n"
    )
    mutant = Mutant("CF-017", "no ceiling", "rule.py", "min(asked, 15)", "asked", ("test_rule.py::test_it",))
    (played,) = mutation.play(tmp_path, [mutant], workers=1)
    assert played.fate is fate
    assert (tmp_path / "rule.py").read_text() == RULE


def test_a_test_that_does_not_exist_proves_nothing(tmp_path: Path) -> None:
    (tmp_path / "rule.py").write_text(RULE)
    mutant = Mutant("CF-017", "no ceiling", "rule.py", "min(asked, 15)", "asked", ("test_rule.py::test_it",))
    (played,) = mutation.play(tmp_path, [mutant], workers=1)
    assert played.fate is Fate.NOT_PLAYED
