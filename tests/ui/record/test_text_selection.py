"""What is selected between two characters."""

import pytest

from desktop.ports.pdf import PageText
from desktop.ui.record.text_selection import Character, TextSelection

PAGES = {0: "premier", 1: "", 3: "quatrième"}  # 2 is not known yet


def text(page: int) -> PageText | None:
    return PageText(page, PAGES[page], ()) if page in PAGES else None


@pytest.fixture
def selection() -> TextSelection:
    return TextSelection(text)


@pytest.mark.parametrize(
    ("one", "other", "parts", "words"),
    [
        ((0, 1), (0, 3), {0: (1, 3)}, "rem"),
        ((0, 2), (0, 2), {0: (2, 2)}, "e"),
        ((0, 5), (3, 1), {0: (5, 6), 3: (0, 1)}, "er\nqu"),
    ],
)
def test_from_one_character_to_the_other_in_either_order(
    selection: TextSelection, one: Character, other: Character, parts: object, words: str
) -> None:
    for start, end in ((one, other), (other, one)):
        assert selection.begin(start)
        assert selection.parts() == {} and selection.words() == "", "a click alone selects nothing"
        selection.extend(end)
        assert selection.parts() == parts and selection.words() == words


def test_what_is_beside_the_text_changes_nothing_and_begins_nothing(selection: TextSelection) -> None:
    selection.begin((0, 0))
    selection.extend((0, 2))
    selection.extend(None)
    assert selection.words() == "pre"
    assert not selection.begin(None)
    selection.extend((0, 2))
    assert selection.words() == ""


def test_a_whole_page_and_nothing(selection: TextSelection) -> None:
    selection.take_page(3)
    assert selection.words() == "quatrième"
    for page in (1, 2):
        selection.take_page(page)
        assert selection.words() == "quatrième", "there is nothing to take"
    selection.clear()
    assert selection.words() == ""
