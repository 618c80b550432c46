"""veraPDF as judge (:mod:`tests.java_judge`)."""

import json
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from tests.java_judge import JavaJudge, NoJudge

__all__ = ["BUILT", "NoJudge", "Sentence", "build", "judge"]
_JUDGE = JavaJudge("pdfa-judge", Path(__file__).resolve().parent / "judge")
BUILT = _JUDGE.built
build = _JUDGE.build


@dataclass(frozen=True, slots=True)
class Sentence:
    """What the judge says: conforms or not, and the rules that failed ("6.1.3-1"). An error is a no."""

    conforms: bool
    rules: tuple[str, ...]


def judge(files: Iterable[tuple[str, bytes]]) -> list[Sentence]:
    """One sentence a file, in order; *files* are (flavour such as "1b", content)."""
    with tempfile.TemporaryDirectory(prefix="pdfa-judge-") as folder:
        lines = []
        for number, (flavour, content) in enumerate(files):
            path = Path(folder, f"{number}.pdf")
            path.write_bytes(content)
            lines.append(f"{flavour}\t{path}")
        answers = [json.loads(answer) for answer in _JUDGE.ask(lines)]
    return [Sentence(answer["verdict"] == "pass", tuple(answer["rules"])) for answer in answers]
