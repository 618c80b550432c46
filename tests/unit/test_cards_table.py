"""The matrix of cards (`dev.py test cards`): its shape, its exit code, and the page that it writes."""

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace

import pytest

import dev
from desktop.domain.errors import Code, Failure
from tests.cards import page, rows, token
from tests.cards.operations import PLAYED, Bench
from tests.cards.table import Cell, Operation, Row, Verdict, counts, exit_code, markdown

PAGE = dev.ROOT / "docs" / "cards.md"
FULL = {operation: Cell(Verdict.PASSED) for operation in Operation}


def row(**other: Cell) -> Row:
    return Row("a token", "1.0", FULL | {Operation[name]: cell for name, cell in other.items()})


def test_every_operation_is_played_or_said_to_have_no_meaning() -> None:
    assert set(PLAYED) == set(Operation)
    for one in rows.TOKENS:
        assert set(one.lacks) < set(Operation) and all(one.lacks.values()) and one.packages
    assert len({one.name for one in rows.TOKENS}) == len(rows.TOKENS)


@pytest.mark.parametrize("verdict", [Verdict.FAILED, Verdict.SKIPPED])
def test_one_cell_that_failed_or_was_skipped_ends_with_1(verdict: Verdict) -> None:
    assert exit_code([row(), row()]) == 0
    assert exit_code([row(), row(SWAP=Cell(verdict, "why"))]) == 1


def test_a_cell_without_a_meaning_harms_nothing_and_one_that_nobody_played_does() -> None:
    assert exit_code([row(PULL=Cell(Verdict.NONE, "in no reader"))]) == 0
    assert exit_code([Row("a token", "1.0", {Operation.LOGIN: Cell(Verdict.PASSED)})]) == 1
    assert exit_code([]) == 1, "nothing was played"


def test_the_counts_are_one_line() -> None:
    played = [row(PULL=Cell(Verdict.NONE, "x"), SWAP=Cell(Verdict.FAILED, "y")), Row("none", "")]
    assert counts(played) == "7 passed, 1 failed, 9 skipped"


def test_the_table_says_why_a_cell_is_empty_or_bad() -> None:
    said = markdown([row(PULL=Cell(Verdict.NONE, "in no reader"), SWAP=Cell(Verdict.FAILED, "DSP-110"))])
    assert "* pull, in no reader: a token" in said and "* swap, DSP-110: a token" in said
    assert said.splitlines()[2].count("passed") == 7


class Port:
    """Answers every login alike."""

    def cards(self) -> Failure:
        return Failure.of(Code.CARD_FAILED)


def test_what_goes_wrong_is_one_failed_cell_and_the_others_are_played(tmp_path: Path) -> None:
    @contextmanager
    def opened(_folder: Path) -> Iterator[Bench]:
        yield Bench(Port(), b"1234", b"12345678")  # type: ignore[arg-type]

    told: list[str] = []
    one = token.Token("a token", (), opened, {Operation.PULL: "in no reader"})
    done = token.play(one, tmp_path, told.append)
    assert len(told) == len(Operation)
    assert counts([done]) == "0 passed, 8 failed, 0 skipped"
    assert "DSP-110" in done.cell(Operation.LOGIN).words


def test_what_cannot_be_installed_is_skipped_by_name(tmp_path: Path) -> None:
    @contextmanager
    def opened(_folder: Path) -> Iterator[Bench]:
        raise AssertionError("not to be opened")
        yield

    one = token.Token("a token", ("no-such-package-dsp",), opened, {Operation.PULL: "in no reader"})
    done = token.play(one, tmp_path, lambda _line: None)
    assert done.cell(Operation.PULL).verdict is Verdict.NONE
    assert done.cell(Operation.LOGIN) == Cell(Verdict.SKIPPED, "could not be installed: no-such-package-dsp")
    assert exit_code([done]) == 1


def test_the_page_is_written_between_its_marks(tmp_path: Path) -> None:
    file = tmp_path / "cards.md"
    file.write_text(f"before\n{page.BEGIN}\nold\n{page.END}\nafter\n", encoding="utf-8")
    page.write(file, [row()])
    text = file.read_text(encoding="utf-8")
    assert text.startswith("before\n") and text.endswith("\nafter\n") and "old" not in text
    assert "Cells: 9 passed, 0 failed, 0 skipped." in text
    file.write_text("no marks", encoding="utf-8")
    with pytest.raises(ValueError, match="no marks"):
        page.write(file, [row()])


def test_the_committed_page_has_a_line_for_each_token() -> None:
    lines = PAGE.read_text(encoding="utf-8").splitlines()
    known = {verdict.value for verdict in Verdict}
    for one in rows.TOKENS:
        (table, measured) = [line for line in lines if line.startswith(f"| {one.name} |")]
        marks = [mark.strip() for mark in table.split("|")[2:-1]]
        assert len(marks) == len(Operation) and set(marks) <= known
        assert one.packages[0] in measured


def test_the_matrix_is_a_command_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    """CI plays the parts; the matrix is asked for by name, installs what it needs, hands its code on."""
    assert "cards" not in dev.PARTS and "cards" not in dev.BESIDE
    installed: list[str] = []
    ran: list[list[str]] = []

    def run(command: list[str], **_: object) -> SimpleNamespace:
        ran.append(command)
        return SimpleNamespace(returncode=1)

    monkeypatch.setattr(dev, "setup", lambda _level: None)
    monkeypatch.setattr(dev, "install_system", installed.extend)
    monkeypatch.setattr(subprocess, "run", run)
    assert dev.test("cards") == 1
    assert ran[0][1:3] == ["-m", "tests.cards"]
    needed = {package for one in rows.TOKENS for package in one.packages}
    assert needed <= {*installed, *dev.TESTS, *dev.CARD}
