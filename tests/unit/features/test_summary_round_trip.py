"""What is written and read back is the same: decimals, partial dates, unknown values."""

from hypothesis import given, settings

from desktop.domain.errors import Failure
from desktop.features.summary.domain.reading import OddityKind, Reading
from desktop.features.summary.domain.summary import Summary
from desktop.features.summary.ips.profiles import Profile
from desktop.features.summary.ips.read import read
from desktop.features.summary.ips.write import write
from tests.samples.summaries import SUMMARY
from tests.samples.summary_values import SUMMARIES


def _read(content: bytes) -> Reading:
    found = read(content)
    assert not isinstance(found, Failure)
    return found


def test_the_whole_sample() -> None:
    assert _read(write(SUMMARY, "Résumé patient")) == Reading(SUMMARY)


@given(SUMMARIES)
@settings(max_examples=60)
def test_nothing_is_lost(summary: Summary) -> None:
    """Values, and nothing beside them: the only oddity is a section that nobody knows."""
    reading = _read(write(summary, "Résumé patient"))
    assert reading.summary == summary
    assert {oddity.kind for oddity in reading.oddities} <= {OddityKind.UNKNOWN_SECTION}


@given(SUMMARIES)
@settings(max_examples=15)
def test_the_european_profile_loses_nothing_but_the_section_of_past_problems(summary: Summary) -> None:
    reading = _read(write(summary, "Résumé patient", Profile.EU_EPS))
    texts = [entry.text for section in summary.sections for entry in section.entries]
    read_back = [entry.text for section in reading.summary.sections for entry in section.entries]
    assert sorted(texts) == sorted(read_back)
