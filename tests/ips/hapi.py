"""HAPI's validator of FHIR R4 as judge (:mod:`tests.java_judge`)."""

import json
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.java_judge import JavaJudge

_JUDGE = JavaJudge("ips-judge", Path(__file__).resolve().parent / "judge")
build = _JUDGE.build


@dataclass(frozen=True, slots=True)
class Sentence:
    """``errors`` are (where, what), none for a good document.

    ``milliseconds``: processor time of the judge alone.
    """

    errors: tuple[tuple[str, str], ...]
    milliseconds: float


def judge(documents: Sequence[bytes], profiles: Sequence[Path] = ()) -> list[Sentence]:
    """One sentence a document, in order, against base R4 and the *profiles* (folders); all in one JVM."""
    with tempfile.TemporaryDirectory(prefix="ips-judge-") as place:
        names = [str(folder) for folder in profiles]
        for number, content in enumerate(documents):
            path = Path(place, f"{number}.json")
            path.write_bytes(content)
            names.append(str(path))
        answers = [json.loads(line) for line in _JUDGE.ask(names)][len(profiles) :]
    return [
        Sentence(tuple((where or "", what or "") for where, what in answer["errors"]), answer["ms"])
        for answer in answers
    ]
