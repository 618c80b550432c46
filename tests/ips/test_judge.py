"""The program's own validation before its judge: HAPI's validator of base R4.

« Differences » are documents that only one of the two refuses. None may be that HAPI refuses and we accept;
where only we refuse, the rule is one of those that ``ips/rules.py`` names.
"""

from collections import Counter
from datetime import UTC, datetime

import pytest
from hypothesis import HealthCheck, Phase, given, settings

from desktop.common.bundle_signature import with_signature
from desktop.features.summary.domain.summary import Summary
from desktop.features.summary.ips.profiles import Profile
from desktop.features.summary.ips.rules import base_faults, faults
from desktop.features.summary.ips.write import write
from tests.ips import hapi
from tests.ips.mutants import Mutant, make_mutants
from tests.samples.summaries import SUMMARY
from tests.samples.summary_values import SUMMARIES
from tools import fhir_definitions

SEED, MUTANTS, RANDOM = 20261130, 200, 25
STRICTER = {
    "reference", "bundle-type", "full-url", "type", "unknown-element", "resource-type", "txt-1", "empty-list",
}  # fmt: skip
SOURCES = [write(SUMMARY, "Résumé patient", profile) for profile in Profile]


@pytest.fixture(scope="module", autouse=True)
def _judge_is_built() -> None:
    hapi.build()


def test_what_we_write_is_accepted_also_with_a_signature() -> None:
    signed = with_signature(SOURCES[0], b"eyJhbGciOiJFUzI1NiJ9..eA", datetime(2026, 11, 21, tzinfo=UTC))
    for content, sentence in zip((*SOURCES, signed), hapi.judge([*SOURCES, signed]), strict=True):
        assert sentence.errors == ()
        assert base_faults(content) == ()
    for profile, content in zip(Profile, SOURCES, strict=True):
        assert faults(content, profile) == ()


def test_mutants_have_the_same_verdict(capsys: pytest.CaptureFixture[str]) -> None:
    """200, over every element: removed, doubled, wrong type, code, reference."""
    mutants = make_mutants(SOURCES, MUTANTS, SEED)
    _compared([(one.what, one.content) for one in mutants], capsys)
    assert min(Counter(one.what.split()[0] for one in mutants).values()) == MUTANTS // 5
    assert len({one.content for one in mutants}) == MUTANTS


def test_any_summary_has_the_same_verdict(capsys: pytest.CaptureFixture[str]) -> None:
    """Also those with a unit or a system that is none, or a period whose end comes first."""
    written: list[tuple[str, bytes]] = []

    @given(SUMMARIES)
    @settings(
        max_examples=RANDOM, derandomize=True, phases=[Phase.generate], database=None,
        suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    def gather(summary: Summary) -> None:
        profile = tuple(Profile)[len(written) % len(Profile)]
        written.append((f"summary {len(written)}", write(summary, "Résumé patient", profile)))

    gather()
    assert len(written) == RANDOM
    _compared(written, capsys)


def _compared(documents: list[tuple[str, bytes]], capsys: pytest.CaptureFixture[str]) -> None:
    sentences = hapi.judge([content for _, content in documents])
    own = [base_faults(content) for _, content in documents]
    too_kind, too_strict = [], []
    for (what, _), sentence, found in zip(documents, sentences, own, strict=True):
        if sentence.errors and not found:
            too_kind.append(f"{what}: {sentence.errors[0]}")
        elif found and not sentence.errors:
            too_strict.append((what, found[0].rule))
    refused = sum(bool(sentence.errors) for sentence in sentences)
    with capsys.disabled():
        print(f"\n{len(documents)} documents, {refused} refused by the judge, differences: {len(too_strict)}")
        for what, rule in too_strict:
            print(f"  only we refuse ({rule}): {what}")
    assert not too_kind
    assert {rule for _, rule in too_strict} <= STRICTER
    assert len(too_strict) <= len(documents) // 10


def test_the_definitions_are_those_of_the_judge() -> None:
    """``resources/data/fhir-r4.json`` is what ``tools/fhir_definitions.py`` makes of HL7's own."""
    assert fhir_definitions.OUT.read_text(encoding="utf-8") == fhir_definitions.text(
        fhir_definitions.definitions()
    )


def test_the_same_seed_gives_the_same_mutants() -> None:
    first, second = (make_mutants(SOURCES, 20, SEED) for _ in range(2))
    assert first == second
    assert all(isinstance(one, Mutant) and one.content not in SOURCES for one in first)
