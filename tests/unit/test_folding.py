"""The only folding: what is written is found as a doctor types it, and where it stands."""

import sys
import unicodedata
from itertools import pairwise

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from desktop.domain import folding
from desktop.domain.folding import begins_words, fold, fold_with_places, holds_words, search_words

CORPUS = [
    # written, typed
    ("Łukasz Ćwikła", "lukasz cwikla"),
    ("Ærø", "aero"),
    ("Đorđe Đoković", "dorde dokovic"),
    ("Þórður Guðmundsson", "thordur gudmundsson"),
    ("Müller-Weiß", "WEISS"),
    ("İstanbul", "istanbul"),
    ("Ağır ışık", "agir isik"),
    ("Ħamrun", "hamrun"),
    ("Máŧŧá", "matta"),
    ("Aŋŋel", "annel"),
    ("10 ƒ", "10 f"),
    ("œdème pulmonaire", "oedeme"),
    ("oedème", "ŒDÈME"),
    ("Nævus", "naevus"),
    ("insuﬃsance", "insuffisance"),
    ("ﬁbrillation", "fibrillation"),
    ("Ĳsselmeer", "ijsselmeer"),
    ("Straße", "STRASSE"),
    ("ＩＲＭ cérébrale", "irm cerebrale"),
    ("cre\u0301atinine", "créatinine"),
    ("créatinine", "cre\u0301atinine"),
    ("H₂O", "h2o"),
    ("SpO₂ 98 %", "spo2 98"),
    ("CO2", "co₂"),
    ("5-FU", "5-fu"),
    ("5-FU", "5FU"),
    ("5-FU", "5 fu"),
    ("5‑fluoro‑uracile", "5 fluoro uracile"),
    ("COVID-19", "covid19"),
    ("COVID 19", "covid-19"),
    ("Vitamine B12", "b 12"),
    ("vit. B-12", "B12"),
    ("Ramipril 10mg", "10 mg"),
    ("Ramipril 10 mg", "10mg"),
    ("250㎎", "250 mg"),
    ("½ comprimé", "1/2"),
    ("2×500 mg", "2x500mg"),
    ("10⁹/L", "10^9/l"),
    ("120/80 mmHg", "120 80"),
    ("13,2 g/dl", "13.2"),
    ("I.R.M. cérébrale", "irm"),
    ("IRM cérébrale", "I.R.M."),
    ("A.V.C.", "avc"),
    ("E\u0301.C.G.", "ÉCG"),
    ("l’hôpital", "l'hopital"),
    ("l´hôpital", "hopital"),
    ("anti‑inflammatoire", "anti-inflammatoire"),
    ("docu-\nment", "document"),
    ("docu\u00ad\r\nment", "document"),
    ("docu\u00adment", "document"),
    ("№ 5", "no 5"),
    ("Rh+", "rh +"),
    ("naïve\u200bté", "naivete"),
]
TEXTS = st.text(st.one_of(st.characters(), st.sampled_from("aé.-\n \u00ad5²½ı\u0301I'Σ´")), max_size=60)


@pytest.mark.parametrize(("written", "typed"), CORPUS)
def test_found_as_a_doctor_types_it(written: str, typed: str) -> None:
    assert fold(typed) and fold(typed) in fold(written)
    assert all(word in fold(written) for word in search_words(typed))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Rh+", "Rh-"),  # what a symbol says is not folded away
        ("<5", ">5"),
        ("la. i rm", "l'airm"),  # words are not run together
        ("10⁹", "109"),
        ("J. Muller", "JMuller"),
        ("anti-inflammatoire", "antiinflammatoire"),
        ("M.Dupont", "MDupont"),
    ],
)
def test_what_is_not_the_same_stays_apart(one: str, other: str) -> None:
    assert fold(one) != fold(other)


@given(TEXTS)
@example("İ")
@example("ŉ")
@example("\u1fef")
@example("a\u0345")
def test_folding_what_is_folded_changes_nothing(written: str) -> None:
    assert fold(fold(written)) == fold(written)


def test_no_character_of_unicode_folds_twice() -> None:
    """In chunks, each character between two words, so that none hides behind another."""
    signs = [chr(code) for code in range(sys.maxunicode + 1)]
    for start in range(0, len(signs), 20_000):
        folded = fold(" | ".join(f"a{sign}b" for sign in signs[start : start + 20_000]))
        assert fold(folded) == folded, hex(start)


@given(TEXTS)
def test_how_accents_are_coded_makes_no_difference(written: str) -> None:
    """PDF files and macOS write letters in parts."""
    assert fold(unicodedata.normalize("NFC", written)) == fold(unicodedata.normalize("NFD", written))


@given(TEXTS)
def test_case_and_space_make_no_difference(written: str) -> None:
    assert fold(f"  {written}\t") == fold(written)
    assert fold(written.replace(" ", "\u00a0 \n ")) == fold(written.replace(" ", "\n"))


@given(TEXTS)
@example("\u13a0")
def test_nothing_but_words_with_one_space_between(written: str) -> None:
    folded = fold(written)
    assert folded == " ".join(folded.split())
    assert not any(unicodedata.category(sign) in ("Mn", "Cc", "Cf", "Po", "Pd") for sign in folded)
    assert folded == folded.casefold(), (
        "not « no capitals »: those of the Cherokee are what both are folded to"
    )
    for former, sign in pairwise(folded):
        assert " " in former + sign or former.isdecimal() == sign.isdecimal()


@pytest.mark.parametrize(
    ("written", "folded"),
    [
        ("A\u20ddVC", "avc"),  # a circle around the letter
        ("a\u02c2b", "ab"),  # a mark beside it
        ("a\ud800b", "ab"),  # half a character, of a damaged file
        ("a\u24ebb", "a \u24eb b"),  # a number that is no digit
    ],
)
def test_marks_are_nothing_and_numbers_stand_apart(written: str, folded: str) -> None:
    assert fold(written) == fold_with_places(written).content == folded


def test_a_hostile_text_does_not_fill_memory() -> None:
    """What an alphabet is folded to is remembered, of all other characters nothing."""
    alphabets = folding._REMEMBERED
    fold("".join(map(chr, range(alphabets - 100, alphabets + 5_000))))
    assert max(folding._LETTERS) == alphabets - 1


def test_a_part_of_a_word_is_enough_for_the_list_but_not_for_figures() -> None:
    assert holds_words(fold("Radiographie du thorax"), search_words("graphie thorax"))
    assert not holds_words(fold("15 fumeurs"), search_words("5-FU"))
    assert holds_words(fold("Cure de 5-FU"), search_words("5-FU"))
    assert not holds_words(fold("Radiographie"), search_words("radiographie thorax"))


def test_the_index_finds_beginnings() -> None:
    assert begins_words(fold("O'Brien, Seán"), search_words("o'bri sean"))
    assert begins_words(fold("O'Brien, Seán"), search_words("bri"))
    assert not begins_words(fold("O'Brien, Seán"), search_words("rien"))
    assert not begins_words(fold("O'Brien"), search_words("o'brien sean"))


# -- places


@given(TEXTS)
@example("a.b.c 12")
@example("œ-\né")
def test_places_belong_to_the_same_folding(written: str) -> None:
    """One text, two ways to ask: the index of the store and the search in the document agree."""
    folded = fold_with_places(written)
    assert folded.content == fold(written)
    assert len(folded.content) == len(folded.places)
    assert list(folded.places) == sorted(folded.places)
    assert all(0 <= place < len(written) for place in folded.places)


@given(TEXTS, TEXTS, TEXTS)
def test_what_stands_there_is_found_there(before: str, words: str, after: str) -> None:
    """A hit's place holds what was looked for, and nothing before or after it."""
    written = f"{before} {words} {after}"
    wanted = fold(words)
    for start, end in fold_with_places(written).spans(wanted):
        assert 0 <= start < end <= len(written)
        assert wanted in fold(written[start:end])


@pytest.mark.parametrize(
    ("page", "typed", "expected"),
    [
        ("Évolution", "evolution", "Évolution"),
        ("un ŒDÈME", "oedème", "ŒDÈME"),
        ("insuﬃsance", "suffisance", "suﬃsance"),
        ("docu-\nment joint", "document", "docu-\nment"),
        ("deux\nlignes", "Deux   lignes", "deux\nlignes"),
        ("Straße", "STRASSE", "Straße"),
        ("à l’air", "l'air", "l’air"),
        ("chez Jean-\nPaul", "jean- paul", "Jean-\nPaul"),
        ("boire H₂O", "h2o", "H₂O"),
        ("5-FU en cure", "5fu", "5-FU"),
        ("une I.R.M. du", "irm", "I.R.M"),
        ("10mg le soir", "mg", "mg"),
        ("10mg le soir", "10 mg", "10mg"),
        ("İzmir", "izmir", "İzmir"),
        ("(Łukasz)", "lukasz", "Łukasz"),
    ],
)
def test_words_are_found_where_they_stand(page: str, typed: str, expected: str) -> None:
    ((start, end),) = fold_with_places(page).spans(fold(typed))
    assert page[start:end] == expected


def test_every_hit_is_found_once() -> None:
    page = "ana banana ANA, Ana-\nAna"
    hits = [page[start:end] for start, end in fold_with_places(page).spans(fold("ana"))]
    assert hits == ["ana", "ana", "ANA", "Ana", "Ana"]


def test_nothing_is_found_for_nothing() -> None:
    assert fold_with_places("abc").spans(fold(" .- ")) == []
    assert search_words("  . ' ") == ()


def test_typed_words_stay_groups() -> None:
    """ "B12" is one thing to look for, "B 12" two; both are found in either spelling."""
    assert search_words("B12  I.R.M. l'œil") == ("b 12", "irm", "l oeil")


def test_a_long_text_is_folded_in_one_go() -> None:
    """Quadratic work would take minutes here."""
    written = "A.V.C. docu-\nment 10mg " * 20_000
    assert fold_with_places(written).content == fold(written)
    assert fold(written).startswith("avc document 10 mg avc")
