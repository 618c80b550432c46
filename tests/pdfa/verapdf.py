"""veraPDF as judge: a small Java driver of ours over artifacts of Maven Central, one JVM for all."""

import json
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
PROJECT = Path(__file__).resolve().parent / "judge"
BUILD_SECONDS = 600
BUILT = ROOT / "target" / "pdfa-judge"


class NoJudge(Exception):
    """The judge cannot be built here; the text says why."""


@dataclass(frozen=True, slots=True)
class Sentence:
    """What the judge says: conforms or not, and the rules that failed ("6.1.3-1"). An error is a no."""

    conforms: bool
    rules: tuple[str, ...]


def build() -> None:
    """Fetch the artifacts and compile the driver. Raises NoJudge."""
    if (BUILT / "judge.jar").exists() and (BUILT / "jars").is_dir():
        return
    maven = shutil.which("mvn")
    if maven is None or shutil.which("java") is None:
        raise NoJudge("Java 17 and Maven (mvn) are needed to judge with veraPDF")
    try:
        done = subprocess.run(
            [maven, "-B", "-q", "package"],
            cwd=PROJECT,
            capture_output=True,
            text=True,
            timeout=BUILD_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired as problem:
        raise NoJudge("Maven Central did not answer in time") from problem
    if done.returncode:
        raise NoJudge("Maven Central could not be reached or the driver not built:\n" + done.stdout[-800:])


def judge(files: Iterable[tuple[str, bytes]]) -> list[Sentence]:
    """One sentence a file, in order; *files* are (flavour such as "1b", content)."""
    with tempfile.TemporaryDirectory(prefix="pdfa-judge-") as folder:
        lines = []
        for number, (flavour, content) in enumerate(files):
            path = Path(folder, f"{number}.pdf")
            path.write_bytes(content)
            lines.append(f"{flavour}\t{path}\n")
        classes = os.pathsep.join([str(BUILT / "judge.jar"), str(BUILT / "jars" / "*")])
        done = subprocess.run(
            ["java", "-Xmx2g", "-cp", classes, "Judge"],
            input="".join(lines),
            capture_output=True,
            text=True,
            check=False,
        )
    answers = [json.loads(line) for line in done.stdout.splitlines()]
    if len(answers) != len(lines):
        raise NoJudge(f"the judge stopped after {len(answers)} of {len(lines)} files: {done.stderr[-500:]}")
    return [Sentence(answer["verdict"] == "pass", tuple(answer["rules"])) for answer in answers]
