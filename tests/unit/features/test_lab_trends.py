"""Which values make one curve, in which unit, and what stays off it (CF-148 to CF-153)."""

from dataclasses import replace

import pytest

from desktop.domain.texts import Language, set_language
from desktop.features.lab_trends.cells import cells, point_words, series_words
from desktop.features.lab_trends.domain.series import Series, listed, series
from desktop.features.lab_trends.domain.units import canonical, family_of
from desktop.features.lab_trends.domain.values import Band, Flag, LabValue, Standing
from desktop.features.lab_trends.feature import LAB_TRENDS
from desktop.features.lab_trends.view.panes import panes, segments
from desktop.features.lab_trends.wire import lab_value
from desktop.kernel.feature import add_words
from tests.answers import present
from tests.samples.laboratory import CREATININE, CRP, HOUSE, PLATEAU, VALUES, value
from tests.samples.record import NOW


@pytest.fixture(autouse=True)
def french() -> None:
    add_words((LAB_TRENDS,))
    set_language(Language.FR)


def only(*values: LabValue) -> Series:
    (one,) = series(values)
    return one


def test_cf148_mass_and_moles_are_one_curve_and_the_converted_point_says_so() -> None:
    one = only(value("2160-0", 1.0, 20), value("14682-9", 88.0, 10, unit="µmol/L", ucum="umol/L"))
    first, second = one.points
    assert one.unit == "µmol/L", "that of the newest"
    assert first.converted and not second.converted
    assert round(first.y) == round(second.y) == 88
    assert "converti" in point_words(first, one) and first.value.shown == "1"


def test_cf148_its_band_is_converted_with_it_and_the_table_keeps_what_was_printed() -> None:
    one = only(*CREATININE)
    moles = next(p for p in one.points if p.converted)
    assert one.unit == "mg/dL" and present(moles.high) == pytest.approx(106 / 88.4)
    assert cells(moles.value)[2:5] == ("118", "µmol/L", "44 – 106")


def test_hba1c_is_affine() -> None:
    into = present(present(family_of("4548-4")).into("mmol/mol", "%"))
    assert into(7.0) == pytest.approx(53.0, abs=0.1)
    back = present(present(family_of("59261-8")).into("%", "mmol/mol"))
    assert back(53.01) == pytest.approx(7.0, abs=0.01)


def test_cf149_two_formulas_of_filtration_are_two_curves() -> None:
    unit, ucum = "ml/min/1,73 m²", "mL/min/{1.73_m2}"
    older = value("62238-1", 71.0, 20, unit=unit, ucum=ucum, label="DFG")
    newer = value("98979-8", 74.0, 10, unit=unit, ucum=ucum, label="DFG")
    made = series((older, newer))
    assert len(made) == 2 and all(len(one.points) == 1 for one in made)


def test_cf150_a_comparator_is_drawn_and_said_and_is_no_end_of_a_line() -> None:
    one = only(*CRP, value("1988-5", 3.0, 5, unit="mg/L", ucum="mg/L", label="CRP"))
    bounded = next(p for p in one.points if p.is_below)
    assert not bounded.is_above and bounded.value.shown == "< 0,5"
    assert cells(bounded.value)[2] == "< 0,5" and "< 0,5" in point_words(bounded, one)
    assert [(a.y, b.y) for a, b, _ in segments(one.points)] == [(12.0, 3.0)]
    assert "de 3 à 12" in series_words(one), "no least value is made of what was not measured"


def test_cf151_a_withdrawn_value_leaves_the_curve_and_stays_in_the_table() -> None:
    gone = replace(CREATININE[0], standing=Standing.WITHDRAWN)
    one = only(gone, *CREATININE[1:])
    assert gone.id not in {p.value.id for p in one.points}
    assert gone in listed((gone, *CREATININE[1:]))
    assert "retiré par le laboratoire" in cells(gone)


def test_cf152_without_a_code_there_is_no_curve_even_of_one_label() -> None:
    other = replace(HOUSE[0], id="other", laboratory=PLATEAU)
    assert series((HOUSE[0], other)) == ()
    assert set(listed((HOUSE[0], other))) == {HOUSE[0], other}


def test_cf153_an_unknown_unit_is_a_curve_of_its_own_and_the_user_is_told() -> None:
    odd = value("2160-0", 1.0, 3, unit="mg%", ucum="")
    known, apart = sorted(series((*CREATININE, odd)), key=lambda one: not one.known)
    assert [p.value for p in apart.points] == [odd] and not apart.known and not apart.points[0].converted
    assert len(known.points) == len(CREATININE)
    assert {pane.series for pane in panes((known, apart))} == {(known,), (apart,)}


@pytest.mark.parametrize(
    ("ucum", "printed", "unit"),
    [
        ("", "G/L", "10*9/L"), ("", "Mio/µl", "10*12/L"), ("", "µmol/l", "umol/L"), ("", "Mg/dL", None),
        ("", "U/l", "U/L"), ("mg/dL", "irgendwas", "mg/dL"), ("", "mg%", None), ("", "", None),
    ],
)  # fmt: skip
def test_only_certain_spellings_of_units_are_known(ucum: str, printed: str, unit: str | None) -> None:
    assert canonical(ucum, printed) == unit


def test_every_spelling_means_one_unit() -> None:
    from desktop.features.lab_trends.domain import units

    spelt = [one for many in units._SPELLINGS.values() for one in many]
    assert len(spelt) == len(set(spelt))


def test_units_are_never_mixed_in_a_pane() -> None:
    made = panes(series(VALUES))
    assert len(made) == 2 and len({pane.unit for pane in made}) == 2
    for pane in made:
        assert all(pane.low <= p.y <= pane.high for one in pane.series for p in one.points)
        assert 3 <= len(pane.ticks(4)) <= 6


def test_a_line_between_two_laboratories_is_told_apart() -> None:
    assert [same for _, _, same in segments(only(*CREATININE).points)] == [True, False, False]


def test_a_specimen_is_a_curve_of_its_own() -> None:
    urine = replace(CREATININE[0], id="u", specimen="Urine")
    assert len(series((*CREATININE, urine))) == 2


def test_what_its_last_report_flags_comes_first() -> None:
    assert [one.label for one in series(VALUES)] == ["Créatinine", "CRP"]


def test_words_and_quantities_of_the_wire() -> None:
    raw = {
        "resourceType": "Observation",
        "id": "o1",
        "status": "final",
        "code": {"text": "CRP", "coding": [{"system": "http://loinc.org", "code": "1988-5"}]},
        "subject": {"reference": "Patient/p1"},
        "effectiveDateTime": NOW.isoformat(),
        "derivedFrom": [{"reference": "DocumentReference/d1/_history/2"}],
        "valueQuantity": {"value": "7.20", "comparator": "<", "unit": "mg/L", "code": "mg/L"},
        "referenceRange": [{"high": {"value": 5}}],
        "interpretation": [{"coding": [{"code": "H"}]}],
        "performer": [{"display": "Labo K."}],
    }
    read = present(lab_value(raw))
    assert (read.shown, read.number, read.comparator) == ("< 7,20", 7.2, "<")
    assert (read.document_id, read.code, read.flag, read.at) == ("d1", "1988-5", Flag.HIGH, NOW)
    assert read.band == Band(None, 5.0, "≤ 5")
    words = present(lab_value({**raw, "valueQuantity": None, "valueString": "hémolysé"}))
    assert (words.shown, words.number) == ("hémolysé", None) and series((words,)) == ()
    assert present(lab_value({**raw, "status": "entered-in-error"})).standing is Standing.WITHDRAWN


@pytest.mark.parametrize(
    "broken",
    [
        {"status": "cancelled"}, {"status": None}, {"derivedFrom": []}, {"derivedFrom": [7]}, {"id": ""},
        {"resourceType": "Patient"},
    ],
)  # fmt: skip
def test_what_no_document_says_is_left_out(broken: dict[str, object]) -> None:
    sound = {
        "resourceType": "Observation", "id": "o", "status": "final",
        "derivedFrom": [{"reference": "DocumentReference/d1"}], "valueQuantity": {"value": 1},
    }  # fmt: skip
    assert lab_value(sound) is not None
    assert lab_value({**sound, **broken}) is None


@pytest.mark.parametrize("value", [True, "NaN", "1e999", [], {}, "abc"])
def test_what_is_no_number_is_none(value: object) -> None:
    raw = {
        "resourceType": "Observation", "id": "o", "status": "final", "code": {"text": "x"},
        "derivedFrom": [{"reference": "DocumentReference/d1"}], "valueQuantity": {"value": value},
        "referenceRange": [{}, {}],
    }  # fmt: skip
    read = present(lab_value(raw))
    assert read.number is None and read.band is None


def test_of_several_ranges_nobody_says_which_is_this_patient_s() -> None:
    raw = {
        "resourceType": "Observation", "id": "o", "status": "final",
        "derivedFrom": [{"reference": "DocumentReference/d1"}], "valueQuantity": {"value": 1},
        "referenceRange": [{"low": {"value": 1}}, {"low": {"value": 2}}],
    }  # fmt: skip
    assert present(lab_value(raw)).band is None
