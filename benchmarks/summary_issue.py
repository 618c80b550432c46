"""From a long draft to what the platform is sent: both documents built, checked, rendered and signed."""

import statistics
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from benchmarks.signing import Signer
from desktop.domain.errors import Failure
from desktop.features import FEATURES
from desktop.features.summary.domain.draft import Decision, Draft, Form, Line, Section, Source, SourceKind
from desktop.features.summary.domain.entries import Entry
from desktop.features.summary.domain.sections import SECTIONS, SectionKey, SectionState
from desktop.features.summary.ips.profiles import Profile
from desktop.features.summary.ips.rules import faults
from desktop.features.summary.service.issuing import composed, prepared
from desktop.features.summary.service.terminology import known_substances
from desktop.kernel.feature import add_words
from desktop.pdf.write import DocumentWriter
from tests.samples.practice import ACCOUNT, patient
from tests.samples.summaries import ALLERGIES, MEDICATION, PROBLEMS, RESULTS

LENGTHS = {
    SectionKey.PROBLEMS: (PROBLEMS, 40), SectionKey.MEDICATION: (MEDICATION, 25),
    SectionKey.ALLERGIES: (ALLERGIES, 12), SectionKey.RESULTS: (RESULTS, 60),
}  # fmt: skip
TIMES = 5


def rows(_against: Path | None = None) -> list[tuple[str, str, str]]:
    """Medians of :data:`TIMES`; the card's own time, and a PIN that is typed meanwhile, do not count."""
    add_words(FEATURES)
    draft, signer, writer = _draft(), Signer(), DocumentWriter()
    whole, making, checking, signing = list[float](), list[float](), list[float](), list[float]()
    try:
        for _ in range(TIMES + 1):  # the first one loads typst, and does not count
            began = time.perf_counter()
            summary = composed(draft, patient(), ACCOUNT, datetime.now(UTC))
            made = prepared(summary, writer.write)
            making.append(time.perf_counter() - began)
            assert not isinstance(made, Failure), made
            signing.append(signer.seconds(made.to_sign))
            whole.append(making[-1] + signing[-1])
            began = time.perf_counter()
            faults(made.bundle, Profile.IPS)
            checking.append(time.perf_counter() - began)
    finally:
        signer.signing.close()
    what = ", ".join(f"{number} {key.value}" for key, (_, number) in LENGTHS.items())
    return [
        ("summary built, checked, rendered, signed, without the card", "≤ 1500 ms", _words(whole[1:])),
        (f"  {what}", "", ""),
        ("  of it both documents made, and their check", "", _words(making[1:])),
        ("  of it the check by our own rules", "", _words(checking[1:])),
        ("  of it both signatures, their child not started", "", _words(signing[1:])),
    ]


def _draft() -> Draft:
    """Every line decided; no two are alike, as in a record."""
    known_substances()  # read once, in a worker, before anybody signs
    source = Source(SourceKind.TYPED, "", "", None, ACCOUNT.name)
    sections = []
    for rule in SECTIONS:
        if rule.key in LENGTHS:
            lines = tuple(
                Line(f"{rule.key.value}-{number}", entry, (source,), Decision.ACCEPTED)
                for number, entry in enumerate(_many(*LENGTHS[rule.key]))
            )
            sections.append(Section(rule.key, SectionState.LINES, lines))
    return Draft("draft", patient().id, Form.ADULT, "fr", None, tuple(sections))


def _many(some: tuple[Entry, ...], number: int) -> Iterator[Entry]:
    for n in range(number):
        entry = some[n % len(some)]
        yield replace(entry, text=f"{entry.text} {n + 1}")


def _words(values: list[float]) -> str:
    return f"{statistics.median(values) * 1000:.0f} ms (max {max(values) * 1000:.0f})"
