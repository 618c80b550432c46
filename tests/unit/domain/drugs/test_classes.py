"""The class that a set of drug data tells, and the one that was chosen against it."""

from dataclasses import replace
from datetime import date

import pytest

from desktop.domain.drugs.classes import ClassTold, class_told, other_classes
from desktop.domain.drugs.data import DataRow, DrugData, ListedClass
from desktop.domain.drugs.findings import AlertLevel, CheckedLine
from desktop.domain.prescription.ordonnance import RenewalClass
from desktop.services.drug_data import drug_data

AMOXICILLIN = CheckedLine(1, "amoxicilline 500 mg", ("J01CA04",), ("amoxicilline",))
COMBINED = CheckedLine(
    1, "amoxicilline/acide clavulanique", ("J01CR02",), ("amoxicilline", "acide clavulanique")
)
MORPHINE = CheckedLine(1, "morphine 10 mg", ("N02AA01",), ("morphine",))
CODEINE = CheckedLine(1, "codéine 30 mg", ("R05DA04",), ("codéine",))


def data(*rows: tuple[str, RenewalClass, tuple[str, ...]]) -> DrugData:
    """The set of the program with these rows as its only list."""
    found = drug_data()
    assert isinstance(found, DrugData)
    listed = tuple(
        ListedClass(prefix, renewal, forms, "liste", date(2026, 11, 1), DataRow("classes.csv", number))
        for number, (prefix, renewal, forms) in enumerate(rows, 1)
    )
    return replace(found, classes=listed)


def told(line: CheckedLine, known: DrugData, form: str = "gélule") -> RenewalClass | None:
    found = class_told(line, form, known)
    return found.renewal if found is not None else None


def test_the_nearest_row_tells() -> None:
    known = data(("J01", RenewalClass.R, ()), ("J01CA04", RenewalClass.RR, ()))
    assert told(AMOXICILLIN, known) is RenewalClass.RR
    assert told(COMBINED, known) is RenewalClass.R, "a combination by its own code, not by its parts'"
    assert told(replace(AMOXICILLIN, atc=("C07AB02",), inns=("métoprolol",)), known) is None


def test_a_row_for_the_form_comes_before_one_for_all() -> None:
    known = data(("J01CA04", RenewalClass.RR, ()), ("J01CA04", RenewalClass.FREE, ("crème",)))
    assert told(AMOXICILLIN, known, "crème") is RenewalClass.FREE
    assert told(AMOXICILLIN, known, "gélule") is RenewalClass.RR


def test_rows_that_disagree_tell_nothing() -> None:
    known = data(("J01CA04", RenewalClass.RR, ()), ("J01CA04", RenewalClass.R, ()))
    assert told(AMOXICILLIN, known) is None


def test_a_narcotic_is_s_where_no_list_says_otherwise() -> None:
    """Domain §C.1; « préparations exemptées selon dose » is a reserve, and proposes nothing."""
    assert told(MORPHINE, data()) is RenewalClass.S
    assert told(CODEINE, data()) is None
    assert told(MORPHINE, data(("N02AA01", RenewalClass.RR, ()))) is RenewalClass.RR


@pytest.mark.parametrize("line", [AMOXICILLIN, MORPHINE])
def test_cf118_who_says_so_is_named_with_row_and_date(line: CheckedLine) -> None:
    known = data(("J01CA04", RenewalClass.RR, ()))
    found = class_told(line, "gélule", known)
    assert isinstance(found, ClassTold)
    words = found.words()
    assert f"{found.row.file}:{found.row.line}" in words and "jeu de test" in words
    assert known.version.strftime("%d.%m.%Y") in words


def test_another_class_asks_for_a_reason_and_the_same_does_not() -> None:
    known = data(("J01CA04", RenewalClass.RR, ()))
    found = class_told(AMOXICILLIN, "", known)
    [alert] = other_classes([(AMOXICILLIN, RenewalClass.FREE, found)])
    assert (alert.level, alert.rule, alert.lines) == (AlertLevel.STOP, "C-RR", (1,))
    assert "libre" in alert.words() and alert.source()
    assert not [*other_classes([(AMOXICILLIN, RenewalClass.RR, found)])]
    assert not [*other_classes([(AMOXICILLIN, RenewalClass.FREE, None)])]


def test_a_list_of_thousands_is_not_walked_for_each_key() -> None:
    """Twenty lines are looked up at each key pressed: only rows under a line's own code are touched."""
    rows = [(f"A{n % 100:02}AA{n % 90 + 10}", RenewalClass.RR, ()) for n in range(5000)]
    known = data(*rows, ("J01CA04", RenewalClass.R, ()))
    assert [one.prefix for one in known.listed("J01CA04")] == ["J01CA04"]
    assert told(AMOXICILLIN, known) is RenewalClass.R
