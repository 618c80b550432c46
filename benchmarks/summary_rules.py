"""The program's own validation of a patient summary beside HL7's validator (HAPI, base R4), in one run.

What is compared is the processor time to a verdict of the same :data:`MUTANTS` documents, one after the
other, parsing included, files and start of the virtual machine not: so what else the machine does is not in
it (of the judge also not what its compiler and its collector of garbage do beside). Neither keeps anything of
one document for the next. The judge hears each once, after one document that warms it; ours is so short that
all are judged :data:`PASSES` times, and the median pass counts.
"""

import time
from pathlib import Path
from statistics import median

from desktop.features import FEATURES
from desktop.features.summary.ips.profiles import Profile
from desktop.features.summary.ips.rules import base_faults
from desktop.features.summary.ips.write import write
from desktop.kernel.feature import add_words
from tests.ips import hapi
from tests.ips.mutants import make_mutants
from tests.samples.summaries import SUMMARY

MUTANTS, SEED, PASSES, WHOLE = 200, 20261130, 9, 5


def rows(_against: Path | None = None) -> list[tuple[str, str, str]]:
    """The times of both, their ratio, and whether their verdicts are the same.

    The judge gets faster all the while: what it needs once it is warm stands beside.
    """
    add_words(FEATURES)
    sources = [write(SUMMARY, "Résumé patient", profile) for profile in Profile]
    mutants = [one.content for one in make_mutants(sources, MUTANTS, SEED)]
    hapi.build()
    sentences = hapi.judge([sources[0], *mutants, *sources * WHOLE])[1:]
    theirs = [sentence.milliseconds for sentence in sentences]
    first = _pass([sources[0]])
    passes = [_pass(mutants) for _ in range(PASSES)]
    whole = [_pass([content]) for content in sources * WHOLE]
    own, judge = median(passes), sum(theirs[:MUTANTS])
    kinder = sum(
        bool(sentence.errors) and not base_faults(content)
        for content, sentence in zip(mutants, sentences[:MUTANTS], strict=True)
    )
    return [
        ("own validation, its first document (tables are read)", "", f"{first:.0f} ms"),
        (
            f"own validation, {MUTANTS} mutants of a summary, median of {PASSES} passes",
            "",
            f"{own:.0f} ms ({min(passes):.0f} to {max(passes):.0f}, the first {passes[0]:.0f})",
        ),
        ("HL7's validator (HAPI), the same in one run", "", f"{judge:.0f} ms"),
        (
            "own in percent of HL7's (2 is a fiftieth)",
            "≤ 2 %",
            f"{own / judge * 100:.1f} % ({judge / own:.0f} times)",
        ),
        ("refused by HL7's and accepted by us", "≤ 0 mutants", f"{kinder} mutants"),
        (
            "a whole summary: own, HL7's once it is warm",
            "",
            f"{median(whole):.1f} ms, {median(theirs[MUTANTS:]):.0f} ms",
        ),
    ]


def _pass(documents: list[bytes]) -> float:
    """Milliseconds for a verdict of each."""
    began = time.thread_time()
    for content in documents:
        base_faults(content)
    return (time.thread_time() - began) * 1000
