"""What is found while one types in a section, and what a chosen code makes of the words."""

from desktop.features import FEATURES
from desktop.features.summary.domain.entries import Medication
from desktop.features.summary.domain.from_code import entry_of
from desktop.features.summary.domain.sections import SectionKey
from desktop.features.summary.service.searching import hits
from desktop.features.summary.service.terminology import medication_line
from desktop.kernel.feature import add_words
from tests.answers import present


def test_a_treatment_is_found_by_its_name_whatever_dose_follows() -> None:
    add_words(FEATURES)
    for typed in ("metf", "metf 850 mg cp 1-0-1", "metf 850", "metf 1-0-1 depuis 2019"):
        (found,) = hits(SectionKey.MEDICATION, typed).concepts
        assert found.label == "metformine", typed
    assert hits(SectionKey.MEDICATION, "").concepts == ()


def test_its_code_is_put_to_what_was_typed() -> None:
    add_words(FEATURES)
    (found,) = hits(SectionKey.MEDICATION, "metf 850 mg 1-0-1").concepts
    typed = medication_line().read("metf 850 mg 1-0-1")
    taken = entry_of(SectionKey.MEDICATION, found, typed)
    codings = (present(found.coding),)
    assert taken == Medication(
        text="metformine", codings=codings, ingredients=("metformine",), strength="850 mg", dosage="1-0-1"
    )
    assert entry_of(SectionKey.MEDICATION, found).text == "metformine", "a code alone too"
