"""``dev.py test pdfa [--full] [--corpus FOLDER] [--seed N]``: the checker and the converter against veraPDF.

Prints, per set, flavour and XMP/other: wrong approvals, conforming files approved or converted without a
visible change, and conforming files called nonconforming; then what becomes of the files that a practice
drops. Exit code 0 = every figure reached, 1 = not, 2 = there is no judge here.
"""

import argparse
import csv
import logging
import random
import sys
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from desktop.domain.deposit import CheckReport, Conversion, Verdict
from desktop.domain.errors import Result
from desktop.pdf.check import check
from desktop.pdf.convert import convert
from desktop.services.deposit import must_be_compared
from tests.pdfa import file_kinds_run, mutants, realistic
from tests.pdfa.file_kinds import kinds
from tests.pdfa.verapdf import NoJudge, build, judge
from tests.unit.pdf.pdf_samples import form_letter

ROOT = Path(__file__).resolve().parents[2]
CORPUS = ROOT.parent / "shared" / "pdfa-corpus"
SHORT, FULL = 200, 1800
LARGEST_SOURCE = 300_000
SEED = 20260101


@dataclass(frozen=True, slots=True)
class Case:
    """One file with what the checker and the judge say."""

    name: str
    flavour: str
    about: str  # "xmp" or "other"
    conforms: bool
    approved: bool
    refused: bool
    saved: bool  # the program made a conforming copy by itself that nobody has to compare
    spoilt: bool  # it made one that does not conform


def main(argv: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="dev.py test pdfa")
    parser.add_argument("--full", action="store_true")
    parser.add_argument("--corpus", type=Path, default=CORPUS)
    parser.add_argument("--seed", type=int, default=SEED)
    options = parser.parse_args(argv)
    logging.getLogger("fontTools").setLevel(logging.ERROR)  # it wonders about dates in fonts
    try:
        build()
        return _run(options.corpus, full=options.full, seed=options.seed)
    except NoJudge as problem:
        print(problem)
        return 2


def _run(folder: Path, *, full: bool, seed: int) -> int:
    left_out: list[str] = []
    made = list(realistic.documents(left_out))
    dropped = kinds(left_out)
    corpus = _corpus(folder)
    if not corpus:
        left_out.append(f"the corpus ({folder} is not there)")
    sources = [
        content for _, content in corpus + made if len(content) < LARGEST_SOURCE and _approved(content)
    ]
    random.Random(seed).shuffle(sources)
    sources = [form_letter(), form_letter("PDF/A-2B"), *sources]
    changed = list(mutants.make_mutants(sources[:40], FULL if full else SHORT, seed))
    good = True
    if corpus:
        good &= _report("corpus", _judged(corpus, save=True), least=0.70)
    good &= _report("realistic", _judged([*made, *dropped.items()], save=True), least=0.85)
    good &= _report(
        f"mutants ({len(mutants.KINDS) + len(mutants.RAW_KINDS)} kinds)", _judged(changed), least=0
    )
    good &= _conversions(made)
    good &= file_kinds_run.report(dropped)
    for what in left_out:
        print(f"left out: {what}")
    print("figures reached" if good else "FIGURES NOT REACHED")
    return 0 if good else 1


def _conversions(made: list[tuple[str, bytes]]) -> bool:
    """What the checker does not approve, and pictures: every copy is accepted by the judge."""
    inputs = [(f"{name}.pdf", content) for name, content in made if not _approved(content)]
    inputs += list(realistic.pictures())
    answers = {name: convert(content) for name, content in inputs}
    return _converted("conversions", answers)


def _converted(title: str, answers: dict[str, Result[Conversion]]) -> bool:
    done = {name: answer for name, answer in answers.items() if isinstance(answer, Conversion)}
    sentences = judge((answer.report.confirmed or "1b", answer.content) for answer in done.values())
    rejected = {name: said.rules for name, said in zip(done, sentences, strict=True) if not said.conforms}
    drawn = sum(bool(answer.pictured_pages) for answer in done.values())
    print(f"\n{title}: {len(done)} of {len(answers)} converted, {drawn} with pictured pages,")
    print(
        f"  {sum(answer.differs for answer in done.values())} differ, {len(rejected)} rejected by the judge"
    )
    for name, answer in answers.items():
        if not isinstance(answer, Conversion):
            print(f"  not converted: {name} ({answer.code.name})")
        elif answer.pictured_pages:
            print(f"  with pictured pages: {name} {answer.pictured_pages[:5]}")
    for name, rules in rejected.items():
        print(f"  REJECTED: {name} {rules}")
    return not rejected


def _corpus(folder: Path) -> list[tuple[str, bytes]]:
    listing = folder / "verdicts.csv"
    if not listing.exists():
        return []
    with listing.open(encoding="utf-8", newline="") as file:
        return [(row["file"], (folder / row["file"]).read_bytes()) for row in csv.DictReader(file)]


def _approved(content: bytes) -> bool:
    report = check(content)
    return isinstance(report, CheckReport) and report.confirmed is not None


def _judged(files: Iterable[tuple[str, bytes]], *, save: bool = False) -> list[Case]:
    """Every file is judged at level b of the part that it declares (1b when it declares none)."""
    named = list(files)
    reports = [check(content) for _, content in named]
    flavours = [_flavour(report) for report in reports]
    contents = [content for _, content in named]
    sentences = judge(zip(flavours, contents, strict=True))
    copies: dict[int, Conversion] = {}
    for number, (report, sentence) in enumerate(zip(reports, sentences, strict=True)):
        if save and sentence.conforms and not _is(report, Verdict.CONFORMING):
            copy = convert(contents[number])
            if isinstance(copy, Conversion) and not copy.pictured_pages and not must_be_compared(copy):
                copies[number] = copy
    verdicts = (
        judge((copy.report.confirmed or "1b", copy.content) for copy in copies.values()) if copies else []
    )
    wrong = [number for number, sentence in zip(copies, verdicts, strict=True) if not sentence.conforms]
    for number in wrong:
        print(f"  A COPY DOES NOT CONFORM: {named[number][0]}")
    return [
        Case(
            name,
            flavour,
            "xmp" if _about_xmp(name, sentence.rules) else "other",
            sentence.conforms,
            _is(report, Verdict.CONFORMING),
            _is(report, Verdict.NONCONFORMING),
            number in copies and number not in wrong,
            number in wrong,
        )
        for number, ((name, _), flavour, report, sentence) in enumerate(
            zip(named, flavours, reports, sentences, strict=True)
        )
    ]


def _flavour(report: object) -> str:
    declared = report.declared if isinstance(report, CheckReport) else None
    return f"{declared[0]}b" if declared and declared[0] in "123" else "1b"


def _is(report: object, verdict: Verdict) -> bool:
    return isinstance(report, CheckReport) and report.verdict is verdict


def _about_xmp(name: str, rules: tuple[str, ...]) -> bool:
    if rules:
        return all(rule.startswith(("6.7.", "6.6.2", "6.6.4")) for rule in rules)
    return name.startswith("metadata") or "suite-6-7-" in name or "suite-6-6-" in name


def _report(title: str, cases: list[Case], *, least: float) -> bool:
    print(f"\n{title}: {len(cases)} files")
    heads = ("negatives", "wrong", "conforming", "approved", "converted", "refused")
    print(" " * 14 + "".join(f"{head:>11}" for head in heads))
    rows = Counter((case.flavour, case.about) for case in cases)
    for flavour, about in sorted(rows):
        _row(f"{flavour} {about}", [c for c in cases if (c.flavour, c.about) == (flavour, about)])
    wrong, share, refused = _row("all", cases)
    for case in cases:
        if case.approved and not case.conforms:
            print(f"  WRONG APPROVAL: {case.name} ({case.flavour})")
        elif case.refused and case.conforms:
            print(f"  conforming called nonconforming: {case.name} ({case.flavour})")
    spoilt = any(case.spoilt for case in cases)
    return wrong == 0 and not spoilt and refused <= 0.01 and share >= least


def _row(title: str, cases: list[Case]) -> tuple[int, float, float]:
    conforming = [case for case in cases if case.conforms]
    wrong = sum(case.approved and not case.conforms for case in cases)
    approved = sum(case.approved for case in conforming)
    saved = sum(case.saved for case in conforming)
    refused = sum(case.refused for case in conforming)
    count = max(len(conforming), 1)
    print(
        f"  {title:12}{len(cases) - len(conforming):>11}{wrong:>11}{len(conforming):>11}"
        f"{approved:>6}{approved / count:>5.0%}{saved:>11}{refused:>6}{refused / count:>5.1%}"
    )
    return wrong, (approved + saved) / count, refused / count


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
