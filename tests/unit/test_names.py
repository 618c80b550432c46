"""One way to name a person in care, and one to say a quantity, wherever it is shown or printed."""

import re
from pathlib import Path

from desktop.domain.names import patient_name
from tests.samples.counter import JOS

SOURCES = Path(__file__).parents[2] / "desktop"
_BY_HAND = {
    "a name": re.compile(r"family(\.upper\(\))?\} ?\{\w+\.given|given\} ?\{\w+\.family"),
    "a quantity": re.compile(r"\.value[^\n]*[,}] ?\{?\w+\.unit\b"),
}
_ELSEWHERE = {
    "domain/names.py",
    "features/summary/domain/wording.py",  # a laboratory's value: its unit is UCUM's, and has no plural
}


def test_a_patient_is_named_one_way() -> None:
    assert patient_name("Weber", "Zoé") == "WEBER Zoé" and patient_name("Weber", "") == "WEBER"
    assert JOS.name == "SCHMIT Jos"


def test_nobody_puts_names_or_quantities_together_by_hand() -> None:
    """The simulator's own documents are another's: letters of a hospital name people as that one does."""
    found = [
        f"{path.relative_to(SOURCES)}: {what}"
        for path in SOURCES.rglob("*.py")
        if "simulator" not in path.parts and path.relative_to(SOURCES).as_posix() not in _ELSEWHERE
        for what, pattern in _BY_HAND.items()
        if pattern.search(path.read_text())
    ]
    assert found == []
