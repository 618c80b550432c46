"""Acts with a strict platform: deposit, new version, level, lifting of an annonce (CF-058, CF-079)."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from unittest.mock import patch

from desktop.domain.deposit import OutboxState
from desktop.domain.errors import Result
from desktop.domain.record import Document, Level
from desktop.domain.recovery import Recovery
from tests.force.forked import Tell
from tests.force.kills import BEGUN
from tests.force.practice import Doctor, Stage, doctor, good, wrong_deposits


class DepositAct:
    """Confirm and send one document."""

    name = "deposit"

    def __init__(self, stage: Stage) -> None:
        self._stage = stage

    def prepare(self, home: Path) -> None:
        """Nothing."""

    def run(self, home: Path, tell: Tell) -> None:
        with doctor(self._stage, home) as one:
            tell(BEGUN)
            tell(one.confirm("Lettre").unique_id)
            one.outbox.pump()

    def after(self, home: Path, told: list[str]) -> str:
        with doctor(self._stage, home) as one:
            rows = one.settle()
        return wrong_deposits(self._stage, home, rows, [t for t in told if t != BEGUN])


class _OnDeposited:
    """An act on a document that was deposited before."""

    level = Level.STANDARD

    def __init__(self, stage: Stage) -> None:
        self._stage = stage

    def prepare(self, home: Path) -> None:
        with doctor(self._stage, home) as one:
            one.confirm("Première version", level=self.level)
            (row,) = one.settle()
            assert row.state is OutboxState.SENT, row
        (home / "document.json").write_text(json.dumps(row.document_id))

    def document(self, one: Doctor, home: Path) -> Document:
        return one.listed(json.loads((home / "document.json").read_text()))


class VersionAct(_OnDeposited):
    """Confirm and send a new version of one's own document: the former one is superseded, once."""

    name = "version"

    def run(self, home: Path, tell: Tell) -> None:
        with doctor(self._stage, home) as one:
            former = self.document(one, home)
            tell(BEGUN)
            tell(one.confirm("Deuxième version", replaces=former.id).unique_id)
            one.outbox.pump()

    def after(self, home: Path, told: list[str]) -> str:
        with doctor(self._stage, home) as one:
            rows = one.settle()
        wrong = wrong_deposits(self._stage, home, rows, [t for t in told if t != BEGUN])
        former = json.loads((home / "document.json").read_text())
        state = self._stage.simulator.control.state()
        superseded = [d["superseded"] for d in state["deposits"] if d["id"] == former]
        fresh = [row for row in rows if row.deposit.replaces]
        if not wrong and superseded != [bool(fresh)]:
            return f"{len(fresh)} new versions, the former one superseded: {superseded}"
        return wrong


class LevelAct(_OnDeposited):
    """Change the level of one's own document: before or after, told as it is, or told that nobody knows."""

    name = "level"
    wanted = Level.CONFIDENTIEL

    def run(self, home: Path, tell: Tell) -> None:
        with doctor(self._stage, home) as one:
            document = self.document(one, home)
            tell(BEGUN)
            with _told_when_noted(one, tell):
                self.change(one, document)
            tell("changed")

    def change(self, one: Doctor, document: Document) -> None:
        good(one.documents.change_level(one.opened(), document, self.wanted))

    def after(self, home: Path, told: list[str]) -> str:
        with doctor(self._stage, home) as one:
            untold = [found for found in good(one.store.recoveries()) if found.act is not None]
            now = self.document(one, home)
            if now.level not in (self.level, self.wanted):
                return f"the level is {now.level}"
            if "changed" in told and (untold or now.level is not self.wanted):
                return f"told as changed: it is {now.level}, with {len(untold)} in doubt"
            if "noted" in told and now.level is not self.wanted and not untold:
                return "confirmed, not done, and nobody says so"
            if now.level is self.level:
                self.change(one, now)
            again = self.document(one, home).level
        return "" if again is self.wanted else f"done again, the level is {again}"


@contextmanager
def _told_when_noted(one: Doctor, tell: Tell) -> Iterator[None]:
    """From here on nothing of it may be lost in silence."""
    note = one.store.note_act

    def noted(found: Recovery) -> Result[None]:
        done = note(found)
        tell("noted")
        return done

    with patch.object(one.store, "note_act", noted):
        yield


class LiftAct(LevelAct):
    """Lift an annonce (CF-044)."""

    name = "lift"
    level = Level.ANNONCE
    wanted = Level.STANDARD

    def change(self, one: Doctor, document: Document) -> None:
        good(one.documents.lift_annonce(one.opened(), document, "Résultat expliqué en consultation"))
