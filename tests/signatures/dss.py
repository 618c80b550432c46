"""EU DSS 6.3, the Commission's validator of electronic signatures, as judge (:mod:`tests.java_judge`)."""

import tempfile
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from tests.java_judge import JavaJudge

_JUDGE = JavaJudge("signature-judge", Path(__file__).resolve().parent / "judge")
build = _JUDGE.build


@dataclass(frozen=True, slots=True)
class Case:
    """A PDF, or a JWS with the *payload* that it is detached from; *anchor*: PEM of the trusted authority."""

    anchor: bytes
    signed: bytes
    payload: bytes | None = None


@dataclass(frozen=True, slots=True)
class Sentence:
    """What the judge says (ETSI EN 319 102-1). ``form``: "PAdES-BASELINE-B" …; "none": no signature.

    Without revocation data no chain is good enough for it: INDETERMINATE is the best that can be had.
    """

    form: str
    indication: str
    why: str
    intact: bool
    signer: str
    claimed_at: datetime | None


def judge(cases: Iterable[Case]) -> list[Sentence]:
    """One sentence a case, in order."""
    with tempfile.TemporaryDirectory(prefix="signature-judge-") as folder:
        lines = [_written(Path(folder), number, case) for number, case in enumerate(cases)]
        return [_read(answer) for answer in _JUDGE.ask(lines)]


def _written(folder: Path, number: int, case: Case) -> str:
    parts = {"anchor": case.anchor, "signed": case.signed, "payload": case.payload}
    paths = []
    for name, content in parts.items():
        path = folder / f"{number}.{name}"
        if content is not None:
            path.write_bytes(content)
        paths.append("" if content is None else str(path))
    return "\t".join(paths)


def _read(answer: str) -> Sentence:
    form, indication, why, intact, signer, moment = answer.split("\t")
    claimed = datetime.fromisoformat(moment) if moment else None
    return Sentence(form, indication, why, intact == "true", signer, claimed)
