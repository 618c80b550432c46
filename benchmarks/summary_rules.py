"""The program's own validation of a patient summary beside HL7's validator (HAPI, base R4), in one run."""

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

MUTANTS, SEED = 200, 20261130


def rows(_against: Path | None = None) -> list[tuple[str, str, str]]:
    """All mutants once by each, in one run of one JVM; its start and its first document do not count.

    The judge gets faster all the while: what it needs once it is warm stands beside.
    """
    add_words(FEATURES)
    sources = [write(SUMMARY, "Résumé patient", profile) for profile in Profile]
    mutants = [one.content for one in make_mutants(sources, MUTANTS, SEED)]
    hapi.build()
    sentences = hapi.judge([sources[0], *mutants, *sources * 5])[1:]
    theirs = [sentence.milliseconds for sentence in sentences]
    base_faults(sources[0])
    own = []
    for content in (*mutants, *sources * 5):
        began = time.perf_counter()
        base_faults(content)
        own.append((time.perf_counter() - began) * 1000)
    share = sum(own[:MUTANTS]) / sum(theirs[:MUTANTS]) * 100
    return [
        (f"own validation, {MUTANTS} mutants of a summary", "", f"{sum(own[:MUTANTS]):.0f} ms"),
        ("HL7's validator (HAPI), the same in one run", "", f"{sum(theirs[:MUTANTS]):.0f} ms"),
        ("own in percent of HL7's (2 is a fiftieth)", "≤ 2 %", f"{share:.1f} %"),
        (
            "a whole summary: own, HL7's once it is warm",
            "",
            f"{median(own[MUTANTS:]):.1f} ms, {median(theirs[MUTANTS:]):.0f} ms",
        ),
    ]
