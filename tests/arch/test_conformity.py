"""docs/conformity.md says what the code and the tests say, and counts as a proof only what is one."""

import re
from pathlib import Path
from textwrap import dedent

import pytest

from tools import conformity, law

ROOT = Path(__file__).resolve().parents[2]
HOW = "run `python3 dev.py conformity` and commit docs/conformity.md"


@pytest.fixture(scope="module")
def page() -> str:
    return conformity.page(ROOT)


def proofs(source: str) -> list[tuple[str, str]]:
    return list(conformity.proofs(dedent(source)))


def test_the_page_is_what_the_sources_say(page: str) -> None:
    assert (ROOT / conformity.PAGE).read_text(encoding="utf-8") == page, HOW


def test_the_page_rots_with_nothing_but_the_sources(page: str) -> None:
    """No line number, date, or path of one machine: an edit elsewhere leaves it as it is."""
    assert not re.search(r"\.py:\d+|\b20\d\d-\d\d-\d\d\b|" + re.escape(str(ROOT)), page)
    assert [page.count(f"**{number}**") for number in law.statements(ROOT)] == [1] * 153


def test_what_is_partly_done_has_something_done() -> None:
    partly = [e for e in conformity.entries(ROOT) if e.result is conformity.Result.PARTLY]
    assert partly and all(e.tests or e.scenarios or e.code for e in partly)


def test_every_folder_with_tests_is_run_by_dev_py() -> None:
    """A proof that no run ever asks is none."""
    runner = (ROOT / "dev.py").read_text(encoding="utf-8")
    folders = {path.relative_to(ROOT / "tests").parts[0] for path in (ROOT / "tests").rglob("test_*.py")}
    assert len(folders) > 5
    assert [name for name in sorted(folders) if f'"tests/{name}"' not in runner] == []


# -- what counts ------------------------------------------------------------------------------------------


def test_a_test_that_names_a_statement_proves_it() -> None:
    source = '''
        """CF-001: what the module is about proves nothing."""
        def test_a():
            """CF-002, CF-003."""
        def test_cf_004_005_b():
            assert True  # CF-006
        def test_cf007_cf008_c(): ...
        def test_d_cf_009(): ...
        class TestE:
            """CF-010."""
            def test_f(self):
                """CF-011."""
            def helper(self):
                """CF-012."""
        def helper():
            """CF-013."""
        FIXED = 1  # CF-014
    '''
    assert sorted(proofs(source)) == [
        ("CF-002", "test_a"),
        ("CF-003", "test_a"),
        ("CF-004", "test_cf_004_005_b"),
        ("CF-005", "test_cf_004_005_b"),
        ("CF-006", "test_cf_004_005_b"),
        ("CF-007", "test_cf007_cf008_c"),
        ("CF-008", "test_cf007_cf008_c"),
        ("CF-009", "test_d_cf_009"),
        ("CF-010", "TestE"),
        ("CF-011", "TestE.test_f"),
    ]


def test_a_rule_of_a_stateful_test_counts_for_the_test() -> None:
    source = '''
        class Machine(RuleBasedStateMachine):
            @rule()
            def killed(self):
                """CF-079."""
        class Unused(RuleBasedStateMachine):
            """CF-001."""
        TestOutbox = Machine.TestCase
    '''
    assert proofs(source) == [("CF-079", "TestOutbox")]


@pytest.mark.parametrize(
    "mark", ["@pytest.mark.skip", "@pytest.mark.skipif(LINUX, reason='')", "@pytest.mark.xfail(strict=True)"]
)
def test_what_is_skipped_proves_nothing(mark: str) -> None:
    assert proofs(f"{mark}\ndef test_a():\n    '''CF-001.'''\n") == []
    assert proofs(f"{mark}\nclass TestA:\n    def test_b(self):\n        '''CF-001.'''\n") == []
    assert proofs(f"pytestmark = {mark[1:]}\ndef test_a():\n    '''CF-001.'''\n") == []


def test_a_number_in_a_value_is_no_claim() -> None:
    assert proofs("def test_a():\n    assert told == ['CF-001']\n") == []


def test_the_place_of_a_rule_is_the_innermost_one_with_a_name() -> None:
    source = '''
        """CF-001."""
        LIMIT = 3  # CF-002
        class A:
            """CF-003."""
            field: int = 0  # CF-004
            @property
            def b(self):
                return 1  # CF-005
    '''
    assert sorted(conformity.named(dedent(source))) == [
        ("CF-001", ""),
        ("CF-002", "LIMIT"),
        ("CF-003", "A"),
        ("CF-004", "A.field"),
        ("CF-005", "A.b"),
    ]
