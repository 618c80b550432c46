"""``dev.py test pdfa --real [--corpus FOLDER]``: real public files through checker and converter.

Each runs in the program's own child, with its limits; veraPDF judges what declares PDF/A and every copy.
Prints figure, measured and target for all files and for the quarter that is held out. Exit code 0 = every
target reached, 1 = not, 2 = no judge, or not one file could be fetched.
"""

import argparse
import sys
import time
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from desktop.domain.deposit import CheckReport, Conversion, Verdict
from desktop.domain.errors import Failure
from desktop.pdf.service import PdfService
from desktop.services.deposit import must_be_compared
from tests.pdfa.real_files import RealFile, cache, contents, listed
from tests.pdfa.real_losses import silent_losses
from tests.pdfa.verapdf import NoJudge, Sentence, build, judge

MOST_NAMES = 40


@dataclass(slots=True)
class Case:
    """One file: what it declares (a part, or None), what the program says of it, and what the judge says."""

    name: str
    held_out: bool
    size: int
    part: str | None = None
    approved: bool = False
    refused: bool = False  # called nonconforming
    conforms: bool = False  # the judge, of the file itself at level b of its part
    answer: str = ""  # code of a refusal to copy
    stopped: bool = False  # the child did not come back
    seconds: float = 0.0
    copy: int = 0  # bytes; 0 = none
    whole: bool = False  # as it was, or a copy that nobody has to compare
    pictured: int = 0
    lost: tuple[str, ...] = ()
    rejected: tuple[str, ...] = ()  # rules that the judge names for the copy


@dataclass(frozen=True, slots=True)
class Figure:
    """A line of the table; *reached* is judged, *measured* and *target* are read."""

    what: str
    measured: str
    target: str
    reached: bool


def main(argv: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="dev.py test pdfa --real")
    parser.add_argument("--corpus", type=Path, default=cache())
    options = parser.parse_args(argv)
    try:
        build()
        cases, missing = _cases(options.corpus)
    except NoJudge as problem:
        print(problem)
        return 2
    if not cases:
        print("not one of the files could be fetched")
        return 2
    good = True
    for title, chosen in (("all", cases), ("held out", [case for case in cases if case.held_out])):
        print(f"\n{title}: {len(chosen)} files")
        for figure in figures(chosen):
            mark = "" if figure.reached else "  NOT REACHED"
            print(f"  {figure.what:58}{figure.measured:>16}{figure.target:>10}{mark}")
            good &= figure.reached
    _tell(cases)
    if missing:
        print(f"\nnot fetched: {missing}")
    return 0 if good else 1


def _cases(folder: Path) -> tuple[list[Case], int]:
    cases: list[Case] = []
    declared: list[tuple[Case, bytes]] = []
    copies: list[tuple[Case, str, bytes]] = []
    missing = 0
    service = PdfService()
    try:
        for file, content in contents(listed(), folder):
            if content is None:
                missing += 1
                continue
            case, copy = _through(service, file, content)
            cases.append(case)
            if case.part is not None:
                declared.append((case, content))
            if copy is not None:
                copies.append((case, copy.report.confirmed or "2b", copy.content))
    finally:
        service.close()
    for (case, _), said in zip(declared, judge((f"{c.part}b", b) for c, b in declared), strict=True):
        case.conforms = said.conforms
    for (case, _, _), said in zip(copies, judge((level, b) for _, level, b in copies), strict=True):
        case.rejected = _rules(said)
    return cases, missing


def _through(service: PdfService, file: RealFile, content: bytes) -> tuple[Case, Conversion | None]:
    case = Case(f"{file.repository} {file.path}", file.held_out, len(content))
    report = service.check(content)
    if isinstance(report, CheckReport):
        level = report.declared or ""
        case.part = level[0] if level[:1] in ("1", "2", "3") else None
        case.approved = report.verdict is Verdict.CONFORMING
        case.refused = case.part is not None and report.verdict is Verdict.NONCONFORMING
    child = service._children.convert.child()
    started = time.monotonic()
    answer = service.convert(content, "a.pdf")
    case.seconds = time.monotonic() - started
    case.stopped = not child.alive()
    if isinstance(answer, Failure):
        case.answer = answer.code.name
        return case, None
    case.copy, case.pictured = len(answer.content), len(answer.pictured_pages)
    case.whole = not must_be_compared(answer)
    case.lost = silent_losses(content, answer)
    return case, answer


def _rules(said: Sentence) -> tuple[str, ...]:
    return () if said.conforms else said.rules or ("unreadable",)


def figures(cases: Sequence[Case]) -> list[Figure]:
    """The table: every line a count over the files that it is about."""
    conforming = [case for case in cases if case.part is not None and case.conforms]
    copies = [case for case in cases if case.copy]
    vector = sum(not case.pictured for case in copies)
    whole = sum(case.approved or case.whole for case in conforming)
    wrong = sum(case.refused for case in conforming)
    size = sum(case.copy for case in copies) / max(sum(case.size for case in copies), 1)
    return [
        _none("wrong approvals", sum(case.approved and not case.conforms for case in cases)),
        _share("conforming called nonconforming", wrong, len(conforming), most=0.005),
        _share("declared, conforming: as it is or saved whole", whole, len(conforming), least=0.90),
        _none("copies that the judge rejects", sum(bool(case.rejected) for case in copies)),
        _none("copies with a silent loss", sum(bool(case.lost) for case in copies)),
        _share("copies without a pictured page", vector, len(copies), least=0.80),
        Figure("size of copies, sum, against the originals", f"{size:.2f} ×", "≤ 1.3 ×", size <= 1.3),
        _none("converting child stopped", sum(case.stopped for case in cases)),
    ]


def _none(what: str, count: int) -> Figure:
    return Figure(what, str(count), "0", count == 0)


def _share(what: str, part: int, of: int, *, least: float | None = None, most: float | None = None) -> Figure:
    share = part / of if of else (least or 0.0)
    reached = (least is None or share >= least) and (most is None or share <= most)
    target = f"≥ {least:.0%}" if least is not None else f"≤ {most:.1%}"
    return Figure(what, f"{part} of {of} {share:.1%}", target, reached)


def _tell(cases: Iterable[Case]) -> None:
    """Names, for who mends; of held-out files none but what must never happen."""
    cases = list(cases)
    print("\nanswers: ", dict(Counter(case.answer or "copy" for case in cases)))
    slow = sorted(cases, key=lambda case: -case.seconds)[:5]
    print("slowest: ", ", ".join(f"{case.name} {case.seconds:.1f} s" for case in slow))
    seen = [case for case in cases if not case.held_out]
    large = sorted(seen, key=lambda case: case.size - case.copy)[:8]
    print("largest: ", ", ".join(f"{case.name} {case.size} -> {case.copy}" for case in large))
    _names("WRONG APPROVAL", (case.name for case in cases if case.approved and not case.conforms))
    _names("REJECTED", (f"{case.name} {case.rejected}" for case in cases if case.rejected))
    _names("SILENT LOSS", (f"{case.name} {case.lost}" for case in cases if case.lost))
    _names("STOPPED", (case.name for case in cases if case.stopped))
    _names("called nonconforming", (case.name for case in seen if case.refused and case.conforms))
    _names("pictured", (case.name for case in seen if case.pictured))


def _names(what: str, names: Iterable[str]) -> None:
    for number, name in enumerate(names):
        if number < MOST_NAMES:
            print(f"  {what}: {name}")


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
