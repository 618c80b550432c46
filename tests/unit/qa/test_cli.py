"""``dsp-desktop simulator``: names, folders, files; clear words and exit codes for CI."""

from pathlib import Path

import pytest

from desktop.__main__ import main
from desktop.qa import cli, demo_run
from desktop.qa.player import Outcome
from desktop.qa.program import NotSeen
from desktop.qa.scenario import Scenario, ScenarioError

GOOD = 'title = "t"\nsteps = [{ card = "ready" }]\n'


def test_names_files_and_folders_are_found(tmp_path: Path) -> None:
    (tmp_path / "b.toml").write_text(GOOD)
    (tmp_path / "a.toml").write_text(GOOD)
    chosen = cli.choose([str(tmp_path), "lock-idle", str(tmp_path / "b.toml")])
    assert [scenario.name for scenario in chosen] == ["a", "b", "lock-idle", "b"]
    assert len(cli.choose([])) >= 25


def test_an_empty_folder_and_an_unknown_name_are_told(tmp_path: Path) -> None:
    with pytest.raises(ScenarioError, match="no scenario"):
        cli.choose([str(tmp_path)])
    with pytest.raises(ScenarioError, match="lock-idel"):
        cli.choose(["lock-idel"])


def test_list_tells_names_and_titles(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["simulator", "--list"]) == 0
    said = capsys.readouterr().out
    assert "lock-idle" in said
    assert "module-tested" in said
    assert "real chain only" in said


def test_a_bad_file_ends_with_2_and_its_message(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "mine.toml"
    path.write_text('title = "t"\nsteps = [{ insrt = "weber" }]')
    assert main(["simulator", str(path)]) == 2
    assert "mine.toml, step 1: unknown word « insrt », perhaps « insert »" in capsys.readouterr().err


def test_the_real_chain_that_was_asked_for_and_cannot_run_ends_with_2(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(cli, "real_chain_obstacle", lambda: "packages are missing: pcscd")
    assert cli.main(["lock-idle", "--card", "reader"]) == 2
    assert "packages are missing: pcscd" in capsys.readouterr().err
    assert cli.chain_for(None) == "software"
    assert "software card plays" in capsys.readouterr().out
    assert cli.chain_for("software") == "software"


class Played:
    """Stands for demo and player."""

    outcomes: tuple[Outcome, ...] = ()
    ended = 0

    def __init__(self, *_: object, **__: object) -> None:
        self.program = self.platform = None
        self._left = list(self.outcomes)

    def start(self) -> None:
        """Nothing to start."""

    restart_program = start

    def stop(self) -> int:
        return self.ended

    def play(self, scenario: Scenario) -> Outcome:
        return self._left.pop(0)


PASSED = Outcome("a", "A", 1200, worst_gap_ms=7)
FAILED = Outcome("b", "B", 10, problem="step 2: not seen: « x »\non the screen: y")
SKIPPED = Outcome("c", "C", 0, skipped="needs the real reader chain")


@pytest.mark.parametrize(
    ("outcomes", "ended", "code"),
    [
        ((PASSED, SKIPPED), 0, 0),
        ((PASSED, FAILED), 0, 1),
        ((PASSED, PASSED), 1, 1),
        ((SKIPPED, SKIPPED), 0, 2),
    ],
)
def test_exit_code_and_a_line_each(
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    outcomes: tuple[Outcome, ...],
    ended: int,
    code: int,
) -> None:
    played = type("P", (Played,), {"outcomes": outcomes, "ended": ended})
    monkeypatch.setattr(cli, "DemoRun", played)
    monkeypatch.setattr(cli, "Player", played)
    monkeypatch.setenv("QT_QPA_PLATFORM", "offscreen")
    assert cli.main(["lock-idle", "lock-by-hand", "--card", "software"]) == code
    said = capsys.readouterr().out
    assert ("ok     1200 ms  a: A (longest pause 7 ms)" in said) == (PASSED in outcomes)
    assert ("not seen: « x »" in said) == (FAILED in outcomes)
    assert ("needs the real reader chain" in said) == (SKIPPED in outcomes)


@pytest.mark.parametrize(
    ("arguments", "code", "told"),
    [
        (["--card", "reader"], 2, "the real chain did not start (pcscd: no)"),
        ([], 0, "The software card plays: the real chain did not start (pcscd: no)."),
    ],
)
def test_a_real_chain_that_does_not_start_is_told(
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
    arguments: list[str],
    code: int,
    told: str,
) -> None:
    """It could run here, did not, and the program took the software card: its file says so."""
    chains: list[object] = []

    class FallenBack(Played):
        outcomes = (PASSED,)

        def __init__(self, *given: object, **named: object) -> None:
            super().__init__(*given, **named)
            chains.extend(named[name] for name in ("chain",) if name in named)
            self.platform = tmp_path  # type: ignore[assignment]

        def start(self) -> None:
            words = '{"kind": "software", "why": "start", "detail": "pcscd: no"}'
            (tmp_path / "chain.json").write_text(words, encoding="utf-8")

    monkeypatch.setattr(cli, "real_chain_obstacle", lambda: None)
    monkeypatch.setattr(cli, "DemoRun", FallenBack)
    monkeypatch.setattr(cli, "Player", FallenBack)
    monkeypatch.setenv("QT_QPA_PLATFORM", "offscreen")
    assert cli.main(["lock-idle", *arguments]) == code
    said = capsys.readouterr()
    assert told in said.out + said.err
    assert chains == ([] if code else ["software"]), "the player must know what it plays on"


def test_a_demo_that_does_not_start_ends_with_1(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    class Dead(Played):
        def start(self) -> None:
            raise NotSeen("the program's window")

    monkeypatch.setattr(cli, "DemoRun", Dead)
    monkeypatch.setenv("QT_QPA_PLATFORM", "offscreen")
    assert cli.main(["lock-idle", "--card", "software"]) == 1
    assert "not seen: the program's window" in capsys.readouterr().err


def test_without_arguments_the_demo_opens_with_the_window(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    asked: list[list[str]] = []

    def started(arguments: list[str]) -> int:
        asked.append(arguments)
        return 0

    monkeypatch.setattr("desktop.demo.start.main", started)
    assert cli.main(["--platform", str(tmp_path)]) == 0
    assert asked == [["--platform", str(tmp_path), "--card", "reader", "--simulator"]]


def test_stage_knows_both_chains() -> None:
    assert demo_run.DemoRun(Path("x"), "software").card == "software"


def test_a_failure_can_be_explained_by_what_the_program_logged_last(tmp_path: Path) -> None:
    stage = demo_run.DemoRun(tmp_path, "software")
    assert stage.last_words() == "no log: FileNotFoundError"
    (tmp_path / "home" / "logs").mkdir(parents=True)
    log = tmp_path / "home" / "logs" / "dsp-desktop.log"
    log.write_text("".join(f"line {n}\n" for n in range(100)))
    lines = stage.last_words().splitlines()
    assert lines[-1] == "line 99"
    assert "line 10" not in lines
