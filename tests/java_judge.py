"""Judges of other people's making: small Java drivers of ours over artifacts of Maven Central, never shipped.

A driver reads one line a case on stdin and answers one line each; one JVM judges all cases of a run.
"""

import os
import shutil
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BUILD_SECONDS = 600


class NoJudge(Exception):
    """The judge cannot be built or asked here; the text says why."""


@dataclass(frozen=True, slots=True)
class JavaJudge:
    """A Maven project beside the tests; it builds into ``target/<name>``: ``judge.jar`` and ``jars``."""

    name: str
    project: Path

    @property
    def built(self) -> Path:
        """Where the driver and its artifacts lie."""
        return ROOT / "target" / self.name

    def build(self) -> None:
        """Fetch the artifacts and compile the driver, once. Raises NoJudge."""
        if (self.built / "judge.jar").exists() and (self.built / "jars").is_dir():
            return
        maven = shutil.which("mvn")
        if maven is None or shutil.which("java") is None:
            raise NoJudge(f"Java 17 and Maven (mvn) are needed for the judge {self.name}")
        try:
            done = subprocess.run(
                [maven, "-B", "-q", "package"],
                cwd=self.project,
                capture_output=True,
                text=True,
                timeout=BUILD_SECONDS,
                check=False,
            )
        except subprocess.TimeoutExpired as problem:
            raise NoJudge("Maven Central did not answer in time") from problem
        if done.returncode:
            said = done.stdout[-800:]
            raise NoJudge("Maven Central could not be reached or the driver not built:\n" + said)

    def ask(self, lines: Sequence[str]) -> list[str]:
        """One answer a line, in order. Raises NoJudge where some are missing."""
        classes = os.pathsep.join([str(self.built / "judge.jar"), str(self.built / "jars" / "*")])
        done = subprocess.run(
            ["java", "-Xmx2g", "-cp", classes, "Judge"],
            input="".join(f"{line}\n" for line in lines),
            capture_output=True,
            encoding="utf-8",
            check=False,
        )
        answers = done.stdout.splitlines()
        if len(answers) != len(lines):
            missing = f"{len(answers)} of {len(lines)} cases: {done.stderr[-500:]}"
            raise NoJudge(f"the judge {self.name} stopped after {missing}")
        return answers
