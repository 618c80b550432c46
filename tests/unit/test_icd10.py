"""ICD-10 codes as people type them, against the categories that the program carries."""

import pytest

from desktop.domain.icd10 import categories, code_of, title_of


@pytest.mark.parametrize(
    ("typed", "code"),
    [("e11", "E11"), (" E11.9 ", "E11.9"), ("e119", "E11.9"), ("M80.08", "M80.08"), ("M8008", "M80.08"),
     ("", ""), ("E1", ""), ("diabète", ""), ("E11.", "E11"), ("E11.999", ""), ("11E", ""), ("E¹1", "")],
)  # fmt: skip
def test_a_code_is_written_in_one_way(typed: str, code: str) -> None:
    assert code_of(typed) == code


def test_a_code_has_the_title_of_its_category_and_one_that_does_not_exist_has_none() -> None:
    assert title_of("e11.9") == title_of("E11") == "Type 2 diabetes mellitus"
    assert title_of("U99") == title_of("Q00.0x") == title_of("") == ""
    assert len(categories()) > 2000
