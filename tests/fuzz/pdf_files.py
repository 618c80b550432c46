"""Mutated files against the PDF children: ``python -m tests.fuzz.pdf_files [COUNT] [SEED]``.

Every case must be answered within its limit, and the program must go on.
"""

import random
import sys
import time
from collections import Counter

from desktop.domain.errors import Code, Failure
from desktop.pdf.service import PdfDeadlines, PdfService
from tests.pdfa.mutants import KINDS, RAW_KINDS, mutate
from tests.unit.pdf.pdf_samples import letter

LIMITS = PdfDeadlines(check=30, open=30, page=30, find=30)
# Beyond a limit, seconds to start another child: only a hang takes longer, on any machine.
GRACE = 60.0
COUNT = 2000


def damaged(content: bytes, dice: random.Random) -> bytes:
    """One file damaged in one of five ways, bytes or structure."""
    way = dice.randrange(5)
    data = bytearray(content)
    if way == 0:
        for _ in range(dice.randrange(1, 60)):
            data[dice.randrange(len(data))] = dice.randrange(256)
    elif way == 1:
        start = dice.randrange(len(data))
        del data[start : start + dice.randrange(1, 400)]
    elif way == 2:
        start = dice.randrange(len(data))
        data[start:start] = dice.choice([b"<<", b"[" * 300, b"9" * 40, b"endobj", b"\x00" * 99, b"(", b"%"])
    elif way == 3:
        start, end = sorted(dice.randrange(len(data)) for _ in range(2))
        data[start:start] = data[start : min(end, start + 5000)]
    else:
        changed = mutate(dice.choice([*KINDS, *RAW_KINDS]), content, dice)
        data = bytearray(changed or content[: dice.randrange(9, len(content))])
    return bytes(data)


def run(count: int, seed: int, service: PdfService) -> tuple[Counter[str], list[str]]:
    """Counts of answers, and what went wrong."""
    dice = random.Random(seed)
    sources = [letter(), letter("PDF/A-2B", pages=3), letter("PDF/A-3U"), letter(None)]
    answers: Counter[str] = Counter()
    wrong: list[str] = []
    for number in range(count):
        content = damaged(dice.choice(sources), dice)
        answers.update(_case(service, content, number, wrong))
    return answers, wrong


def _case(service: PdfService, content: bytes, number: int, wrong: list[str]) -> list[str]:
    started = time.monotonic()
    report = service.check(content)
    _limit(number, "check", started, LIMITS.check, wrong)
    started = time.monotonic()
    document = service.open(content)
    _limit(number, "open", started, LIMITS.open, wrong)
    answers = [_name(report, "checked"), _name(document, "opened")]
    if not isinstance(document, Failure):
        started = time.monotonic()
        answers.append(_name(service.page_image(document, 0, 300, 0), "drawn"))
        answers.append(_name(service.page_text(document, 0), "read"))
        _limit(number, "page", started, 2 * LIMITS.page, wrong)
        service.release(document)
    if f"{Code.CHILD_CRASHED.name}" in answers:
        wrong.append(f"case {number}: the child did not know what to say")
    return answers


def _limit(number: int, what: str, started: float, limit: float, wrong: list[str]) -> None:
    if time.monotonic() - started > limit + GRACE:
        wrong.append(f"case {number}: {what} took {time.monotonic() - started:.1f} s")


def _name(answer: object, good: str) -> str:
    return answer.code.name if isinstance(answer, Failure) else good


def main(argv: list[str]) -> int:
    count = int(argv[0]) if argv else COUNT
    seed = int(argv[1]) if len(argv) > 1 else 1
    service = PdfService(LIMITS)
    try:
        answers, wrong = run(count, seed, service)
    finally:
        service.close()
    for name, times in answers.most_common():
        print(f"{times:7} {name}")
    print("\n".join(wrong) or f"{count} files answered, none wrong")
    return 1 if wrong else 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
