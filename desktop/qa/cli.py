"""``dsp-desktop simulator``: plays scenarios from the command line; without a name, opens the demo.

Exit codes for CI: 0 all was seen, 1 a scenario failed, 2 a file or the command was not understood, the
chain that was asked for cannot run here, or nothing was played.
"""

import argparse
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from desktop.common.passing_folders import Passing, PassingFolder
from desktop.common.resource_files import resource
from desktop.qa.chain import REAL, SOFTWARE, read_chain, real_chain_obstacle
from desktop.qa.demo_run import DemoRun
from desktop.qa.player import Outcome, Player
from desktop.qa.program import NotSeen
from desktop.qa.scenario import Scenario, ScenarioError, load, load_all

OK, FAILED, NOT_UNDERSTOOD = 0, 1, 2
NOTHING_PLAYED = NOT_UNDERSTOOD  # 0 would say that all was seen
_LOG_LINES = 40


def main(arguments: list[str]) -> int:
    """Parse and play."""
    parser = argparse.ArgumentParser(
        prog="dsp-desktop simulator",
        description="Plays scenarios with simulated cards and readers. Without arguments: the demo with the "
        "window « Simulateur ».",
    )
    parser.add_argument(
        "scenarios", nargs="*", metavar="SCENARIO", help="names of shipped scenarios, files, or folders"
    )
    parser.add_argument("--all", action="store_true", help="every shipped scenario")
    parser.add_argument("--list", action="store_true", help="tell what there is, play nothing")
    parser.add_argument("--card", choices=(REAL, SOFTWARE), help="default: real chain, else software card")
    parser.add_argument("--reader", default="", metavar="NAME", help="what the simulated readers are called")
    parser.add_argument("--platform", type=Path, help="folder of the demo's simulated platform")
    given = parser.parse_args(arguments)
    if not (given.scenarios or given.all or given.list):
        from desktop.qa.open_demo import open_demo

        return open_demo(given.card, given.platform)
    try:
        chosen = choose(given.scenarios)
    except ScenarioError as problem:
        _say(str(problem), error=True)
        return NOT_UNDERSTOOD
    if given.list:
        for scenario in chosen:
            needs = "  [real chain only]" if scenario.needs else ""
            _say(f"{scenario.name:32} {scenario.title}{needs}")
        return OK
    card = chain_for(given.card)
    return NOT_UNDERSTOOD if card is None else _play(chosen, card, given.card, given.reader)


def choose(names: Sequence[str]) -> tuple[Scenario, ...]:
    """The scenarios that *names* mean, all shipped ones for none; :class:`ScenarioError` for a wrong one."""
    folder = resource("scenarios")
    if not names:
        return load_all(folder)
    found: list[Scenario] = []
    for name in names:
        path = Path(name)
        if path.is_dir():
            inside = load_all(path)
            if not inside:
                raise ScenarioError(f"{name}: there is no scenario (*.toml) in this folder")
            found += inside
        elif path.suffix == ".toml":
            found.append(load(path))
        elif (folder / f"{name}.toml").is_file():
            found.append(load(folder / f"{name}.toml"))
        else:
            raise ScenarioError(f"« {name} » is no shipped scenario, file or folder (--list tells them)")
    return tuple(found)


def chain_for(wanted: str | None) -> str | None:
    """Which chain plays; None when the one that was asked for cannot."""
    if wanted == SOFTWARE:
        return SOFTWARE
    obstacle = real_chain_obstacle()
    if obstacle is None:
        return REAL
    if wanted == REAL:
        _say(f"the real chain cannot run here: {obstacle}", error=True)
        return None
    _say(f"The software card plays, not the real chain: {obstacle}.")
    return SOFTWARE


def chain_that_plays(folder: Path, card: str, wanted: str | None) -> str | None:
    """What the program took in fact: it falls back to the software card where the real chain does not start.
    None when the real one was asked for."""
    taken = read_chain(folder)
    if taken is None or taken.kind == card:
        return card
    why = f" ({taken.detail})" if taken.detail else ""
    if wanted == REAL:
        _say(f"the real chain did not start{why}", error=True)
        return None
    _say(f"The software card plays: the real chain did not start{why}.")
    return taken.kind


def _play(scenarios: Sequence[Scenario], asked: str, wanted: str | None, reader: str) -> int:
    if sys.platform == "linux" and not (os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")):
        os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    with PassingFolder(Passing.QA) as made:
        folder = made.path
        stage = DemoRun(folder, asked, reader)
        try:
            stage.start()
            card = chain_that_plays(stage.platform, asked, wanted)
            if card is None:
                return NOT_UNDERSTOOD
            player = Player(
                stage.program, stage.platform, chain=card, scratch=folder, restart=stage.restart_program
            )
            outcomes = [_told(player.play(scenario)) for scenario in scenarios]
        except NotSeen as missing:
            _say(f"not seen: {missing}\n{_tail(folder / 'program.log')}", error=True)
            return FAILED
        finally:
            ended = stage.stop()
        failed = sum(not outcome.ok for outcome in outcomes)
        skipped = sum(bool(outcome.skipped) for outcome in outcomes)
        played = len(outcomes) - failed - skipped
        _say(f"{played} ok, {failed} failed, {skipped} not played ({card}); program ended with {ended}")
        if failed or ended:
            _say(_tail(folder / "program.log"), error=True)
        if failed or ended:
            return FAILED
        return OK if played else NOTHING_PLAYED


def _told(outcome: Outcome) -> Outcome:
    word = "ok  " if outcome.ok else "FAIL"
    if outcome.skipped:
        _say(f"--            {outcome.scenario}: {outcome.skipped}")
        return outcome
    gap = f"longest pause {outcome.worst_gap_ms} ms"
    _say(f"{word} {outcome.ms:6} ms  {outcome.scenario}: {outcome.title} ({gap})")
    if outcome.problem:
        _say("     " + outcome.problem.replace("\n", "\n     "))
    return outcome


def _tail(log: Path) -> str:
    try:
        return "\n".join(log.read_text(encoding="utf-8", errors="replace").splitlines()[-_LOG_LINES:])
    except OSError:
        return ""


def _say(words: str, *, error: bool = False) -> None:
    stream = sys.stderr if error else sys.stdout
    stream.write(words + "\n")
    stream.flush()
