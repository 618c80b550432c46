"""All kinds through the converter: printed a line each, with the judge's word when there is a judge."""

import time

from desktop.domain.deposit import Conversion
from desktop.domain.errors import Failure, Result
from desktop.pdf.convert import convert
from tests.pdfa.file_kinds import REFUSED
from tests.pdfa.verapdf import judge

LEAST_VECTOR = 0.60


def report(made: dict[str, bytes]) -> bool:
    """Print the table; True when what can be converted is, the rest is refused, and nothing is rejected."""
    answers: dict[str, Result[Conversion]] = {}
    seconds: dict[str, float] = {}
    for name, content in made.items():
        started = time.perf_counter()
        answers[name] = convert(content)
        seconds[name] = time.perf_counter() - started
    copies = {name: answer for name, answer in answers.items() if isinstance(answer, Conversion)}
    judged = judge((copy.report.confirmed or "1b", copy.content) for copy in copies.values())
    said = dict(zip(copies, judged, strict=True))
    print(f"\nkinds: {len(answers)} files")
    for name, answer in answers.items():
        verdict = "conforms" if name in said and said[name].conforms else "-"
        if name in said and not said[name].conforms:
            verdict = f"REJECTED {said[name].rules}"
        print(f"  {name:22}{_words(answer):46}{verdict:10}{seconds[name]:6.2f} s")
    vector = sum(not copy.pictured_pages for copy in copies.values())
    rejected = sum(not sentence.conforms for sentence in said.values())
    wrong = _wrong_answers(answers)
    print(f"  {len(copies)} converted, {vector} without pictures, {rejected} rejected by the judge")
    if wrong:
        print(f"  UNEXPECTED: {wrong}")
    return not rejected and not wrong and vector >= LEAST_VECTOR * len(copies)


def _wrong_answers(answers: dict[str, Result[Conversion]]) -> list[str]:
    """Kinds that were refused and should not be, or the other way round, or with another code."""
    wrong = []
    for name, answer in answers.items():
        code = answer.code.value if isinstance(answer, Failure) else None
        if code != REFUSED.get(name):
            wrong.append(name)
    return wrong


def _words(answer: Result[Conversion]) -> str:
    if isinstance(answer, Failure):
        return f"refused: {answer.code.name}"
    pictured = len(answer.pictured_pages)
    words = [f"{pictured} of {answer.report.pages} pictured"] if pictured else []
    words += ["to be compared"] if answer.differs else []
    words += [change.removeprefix("pdfa.change_") for change in answer.changes]
    return ", ".join(words) or "as it was"
