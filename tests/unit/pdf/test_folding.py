"""Search sees no case, accents, ligatures or line breaks."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop.pdf.folding import fold, fold_words


@pytest.mark.parametrize(
    ("page", "words", "expected"),
    [
        ("Évolution", "evolution", "Évolution"),
        ("un ŒDÈME", "oedème", "ŒDÈME"),
        ("insuﬃsance", "suffisance", "suﬃsance"),
        ("docu-\nment joint", "document", "docu-\nment"),
        ("deux\nlignes", "Deux   lignes", "deux\nlignes"),
        ("Straße", "STRASSE", "Straße"),
        ("l’air", "l'air", "l’air"),
        ("Jean-\nPaul", "jean- paul", "Jean-\nPaul"),
    ],
)
def test_words_are_found_where_they_stand(page: str, words: str, expected: str) -> None:
    ((start, end),) = fold(page).spans(fold_words(words))
    assert page[start:end] == expected


def test_nothing_is_found_for_nothing() -> None:
    assert fold("abc").spans(fold_words("  ")) == []


@given(st.text(max_size=80))
def test_places_always_point_into_the_original(page: str) -> None:
    folded = fold(page)
    assert len(folded.content) == len(folded.places)
    assert list(folded.places) == sorted(folded.places)
    assert all(0 <= place < len(page) for place in folded.places)
