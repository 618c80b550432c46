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

WARM, MUTANTS, SEED = 200, 200, 20261130


def rows(_against: Path | None = None) -> list[tuple[str, str, str]]:
    """Each document is validated by both; the judge is one JVM, warm: its first documents do not count."""
    add_words(FEATURES)
    sources = [write(SUMMARY, "Résumé patient", profile) for profile in Profile]
    mutants = [one.content for one in make_mutants(sources, MUTANTS, SEED)]
    hapi.build()
    sentences = hapi.judge([*mutants[:WARM], *mutants, *sources * 5])[WARM:]
    shares, own = list[float](), list[float]()
    for content, sentence in zip((*mutants, *sources * 5), sentences, strict=True):
        taken = []
        for _ in range(3):
            began = time.perf_counter()
            base_faults(content)
            taken.append((time.perf_counter() - began) * 1000)
        own.append(median(taken))
        shares.append(median(taken) / sentence.milliseconds * 100)
    theirs = median(sentence.milliseconds for sentence in sentences)
    return [
        (f"own validation, median of {len(own)} documents", "", f"{median(own):.1f} ms"),
        ("HL7's validator (HAPI), the same documents", "", f"{theirs:.0f} ms"),
        ("own in percent of HL7's, a fiftieth is 2", "≤ 2 %", f"{median(shares):.1f} %"),
    ]
