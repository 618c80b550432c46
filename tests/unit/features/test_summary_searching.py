"""What is found while one types in a section, and what a chosen code makes of the words."""

from desktop.features import FEATURES
from desktop.features.summary.domain.entries import Immunization, Medication, Observation, Problem
from desktop.features.summary.domain.from_code import entry_of, entry_of_words
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


def test_the_kind_of_section_says_what_a_chosen_code_is() -> None:
    """A number of the ALD list is no code of a system; what a vaccine protects against is no vaccine;
    « fumeur » answers a question and is not the question (IPS 2.0.1).
    """
    add_words(FEATURES)
    long_term, disease = hits(SectionKey.PROBLEMS, "diabete").concepts[:2]
    assert entry_of(SectionKey.PROBLEMS, long_term) == Problem(text=long_term.label, ald=8)
    coded = entry_of(SectionKey.PROBLEMS, disease)
    assert coded == Problem(text=disease.label, codings=(present(disease.coding),))
    (target,) = hits(SectionKey.IMMUNIZATIONS, "tetanos").concepts
    assert entry_of(SectionKey.IMMUNIZATIONS, target) == Immunization(text="tétanos", target="tétanos")
    smoker = hits(SectionKey.SOCIAL_HISTORY, "fumeur").concepts[0]
    expecting = hits(SectionKey.PREGNANCY, "enceinte").concepts[0]
    for key, answer, question in (
        (SectionKey.SOCIAL_HISTORY, smoker, "72166-2"), (SectionKey.PREGNANCY, expecting, "82810-3"),
    ):  # fmt: skip
        said = entry_of(key, answer)
        assert isinstance(said, Observation) and said.value == answer.coding
        assert [(c.system, c.code) for c in said.codings] == [("http://loinc.org", question)]


def test_words_get_no_code() -> None:
    assert entry_of_words(SectionKey.PROBLEMS, "douleur du dos") == Problem(text="douleur du dos")
