"""What is said beside the rules: of the data themselves, of sums and doses, of what nobody looked at."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Final

import pytest

from desktop.domain.drugs.checks import DataState, check, no_rule, standing
from desktop.domain.drugs.data import DataRow, DrugData
from desktop.domain.drugs.findings import (
    SCOPE,
    AlertLevel,
    CheckedLine,
    Dose,
    DrugFinding,
    KnownAllergy,
    RouteKind,
    by_level,
    is_reason,
    mark,
    of_line,
)
from desktop.domain.errors import Code, Failure
from desktop.domain.texts import Language
from tests.unit.domain.drugs.test_cases import TODAY, built_in

DATA: Final = built_in()
SIMVASTATIN: Final = CheckedLine(1, "simvastatine 20 mg", inns=("simvastatine",))
CLARITHROMYCIN: Final = CheckedLine(2, "clarithromycine 500 mg", inns=("clarithromycine",))
BOTH: Final = (SIMVASTATIN, CLARITHROMYCIN)


def found(*lines: CheckedLine, other: tuple[CheckedLine, ...] = (), today: date = TODAY) -> list[DrugFinding]:
    return [one for one in check(lines, (), other, DATA, today) if one.rule not in SCOPE]


def rules(findings: list[DrugFinding]) -> list[str]:
    return [one.rule for one in findings]


@pytest.mark.parametrize(
    ("data", "state"),
    [
        (DATA, DataState.CURRENT),
        (replace(DATA, version=TODAY - timedelta(days=180)), DataState.CURRENT),
        (replace(DATA, version=TODAY - timedelta(days=181)), DataState.OLD),
        (replace(DATA, version=TODAY + timedelta(days=1)), DataState.FUTURE),
        (replace(DATA, damaged=(DataRow("interactions.csv", 20),)), DataState.DAMAGED),
        (Failure.of(Code.DRUG_DATA_MISSING), DataState.MISSING),
        (Failure.of(Code.DRUG_DATA_CHANGED, file="interactions.csv"), DataState.REFUSED),
    ],
    ids=lambda value: value.value if isinstance(value, DataState) else "",
)
def test_data_that_are_missing_damaged_or_old_are_said_and_nothing_is_checked(
    data: DrugData | Failure, state: DataState
) -> None:
    """CF-117: a visible line, and « non contrôlé » on each line; what is still known is not held back."""
    told = standing(data, TODAY)
    assert told.state is state and told.said.words(Language.FR)
    answer = check(BOTH, (), (), data, TODAY)
    unchecked = [one for one in answer if one.rule == "N-DATA"]
    assert bool(unchecked) is (state is not DataState.CURRENT)
    assert all(one.lines == (1, 2) and one.level is AlertLevel.UNCHECKED for one in unchecked)
    assert all(one.said == (told.said,) for one in unchecked)
    warned = any(one.level is AlertLevel.STOP for one in answer)
    assert warned is (not isinstance(data, Failure))
    assert mark(answer, 1) is not None, "no line looks checked"


@pytest.mark.parametrize("language", Language)
def test_every_alert_names_file_version_row_and_test(language: Language) -> None:
    """CF-118."""
    allergy = KnownAllergy("Pénicilline", reaction="choc", criticality="élevée", recorded="10.09.2026")
    lines = (*BOTH, CheckedLine(3, "amoxicilline", inns=("amoxicilline",)), CheckedLine(4, "x", ("C10AA05",)))
    answer = check(lines, (allergy,), (), DATA, TODAY)
    alerts = [one for one in answer if one.level is not AlertLevel.UNCHECKED]
    assert len(alerts) >= 3
    test_words = {"fr": "jeu de test", "de": "Testdaten", "lb": "Testdonnéeën", "en": "test data"}
    for one in alerts:
        source = one.source(language)
        assert one.rows and all(f"{row.file}:{row.line}" in source for row in one.rows)
        assert "29.11.2026" in source and one.rule in source and test_words[language.value] in source


def test_the_first_damaged_rows_are_named_and_all_are_counted() -> None:
    damaged = tuple(DataRow("interactions.csv", line) for line in range(20, 25))
    words = standing(replace(DATA, damaged=damaged), TODAY).said.words(Language.FR)
    assert "5 (interactions.csv:20, interactions.csv:21, interactions.csv:22, …)" in words
    assert "…" not in standing(replace(DATA, damaged=damaged[:3]), TODAY).said.words(Language.FR)


def test_a_set_that_is_no_test_does_not_say_so() -> None:
    one = check(BOTH, (), (), replace(DATA, test=False), TODAY)[0]
    assert "test" not in one.source(Language.FR)
    assert "test" not in standing(replace(DATA, test=False, name="X"), TODAY).said.words(Language.FR)


def test_the_allergy_shows_what_was_recorded() -> None:
    line = CheckedLine(1, "amoxicilline 500 mg", inns=("amoxicilline",))
    allergy = KnownAllergy("Pénicilline", reaction="choc", criticality="élevée", recorded="10.09.2026")
    one = check((line,), (allergy,), (), DATA, TODAY)[0]
    assert "(choc, élevée, 10.09.2026)" in one.words(Language.FR)


@pytest.mark.parametrize("language", Language)
def test_no_hit_is_never_no_interaction(language: Language) -> None:
    lines = (
        CheckedLine(1, "metformine", inns=("metformine",)),
        CheckedLine(2, "ramipril", inns=("ramipril",)),
    )
    answer = check(lines, (), (), DATA, TODAY)
    assert mark(answer, 1) is None and "29.11.2026" in no_rule(DATA).words(language)
    words = " ".join((no_rule(DATA).words(language), *(one.words(language) for one in answer))).casefold()
    for forbidden in ("aucune interaction", "keine wechselwirkung", "keng interaktioun", "no interaction"):
        assert forbidden not in words


def test_what_no_set_covers_is_said_on_each_line() -> None:
    """Pregnancy, the child's dose and other doses are written from no memory."""
    answer = check(BOTH, (), (), DATA, TODAY)
    for number in (1, 2):
        assert {one.rule for one in of_line(answer, number)} >= set(SCOPE)


def test_the_order_is_the_law_s_and_the_screen_s_is_by_level() -> None:
    lines = (
        *BOTH,
        CheckedLine(3, "sertraline", inns=("sertraline",)),
        CheckedLine(4, "sertraline", inns=("sertraline",), has_dose=False),
        CheckedLine(5, "x"),
    )
    answer = check(lines, (KnownAllergy("simvastatine"),), (), DATA, TODAY)
    kinds = [one.rule.partition("-")[0] for one in answer]
    assert list(dict.fromkeys(kinds)) == ["A", "S", "I", "DOSE", "N"]
    levels = [one.level for one in by_level(answer)]
    assert levels == sorted(levels, key=list(AlertLevel).index) and len(set(levels)) == 3


def test_a_reason_has_five_characters() -> None:
    assert is_reason(" connu ") and not is_reason("vu   ") and not is_reason("")


@pytest.mark.parametrize("language", Language)
def test_a_level_has_a_sign_and_a_word(language: Language) -> None:
    assert (
        len({level.sign for level in AlertLevel}) == len({level.words(language) for level in AlertLevel}) == 3
    )


def _paracetamol(number: int, per_day: str | None, *with_others: str) -> CheckedLine:
    dose = Dose("paracétamol", Decimal(1000), Decimal(per_day) if per_day else None)
    return CheckedLine(number, f"ligne {number}", inns=("paracétamol", *with_others), doses=(dose,))


def test_paracetamol_alone_and_with_codeine_is_one_alert_with_the_sum() -> None:
    """CF-120."""
    answer = found(_paracetamol(1, "3000"), _paracetamol(2, "1500", "codéine"))
    assert rules(answer) == ["D14"] and answer[0].lines == (1, 2)
    words = answer[0].words(Language.FR)
    assert "4,5 g" in words and "plus que 4 g" in words
    under = found(_paracetamol(1, "2000"), _paracetamol(2, "2000", "codéine"))
    assert rules(under) == ["D14"] and "4 g par jour en tout (seuil 4 g" in under[0].words(Language.FR)


def test_one_line_alone_is_told_only_over_the_limit() -> None:
    assert found(_paracetamol(1, "4000")) == []
    assert rules(found(_paracetamol(1, "4001"))) == ["D14"]


def test_a_sum_that_is_not_known_is_not_made_up() -> None:
    answer = found(_paracetamol(1, "3000"), _paracetamol(2, None))
    assert rules(answer) == ["D14"] and "Dose par jour inconnue" in answer[0].words(Language.FR)
    assert "ligne 2" in answer[0].said[1].words(Language.FR)


def test_what_the_patient_takes_besides_counts_and_is_named() -> None:
    other = replace(CLARITHROMYCIN, number=0)
    answer = found(SIMVASTATIN, other=(other,))
    assert rules(answer) == ["I-C10AA01-J01FA09"]
    assert answer[0].lines == (1,) and answer[0].others == ("clarithromycine 500 mg",)
    both_others = (replace(SIMVASTATIN, number=0), other)
    assert found(CheckedLine(1, "m", inns=("metformine",)), other=both_others) == []


def test_what_ended_counts_no_more_but_for_antibiotics_thirty_days() -> None:
    yesterday = TODAY - timedelta(days=1)
    assert found(SIMVASTATIN, other=(replace(CLARITHROMYCIN, number=0, ended=yesterday),)) == []
    assert rules(found(SIMVASTATIN, other=(replace(CLARITHROMYCIN, number=0, ended=TODAY),)))
    again = CheckedLine(1, "amoxicilline", inns=("amoxicilline",))
    former = replace(again, number=0, ended=TODAY - timedelta(days=30))
    assert rules(found(again, other=(former,))) == ["D35"]
    assert found(again, other=(replace(former, ended=TODAY - timedelta(days=31)),)) == []


def test_drops_for_the_eye_go_down_to_pc() -> None:
    answer = found(replace(SIMVASTATIN, route=RouteKind.LOCAL), CLARITHROMYCIN)
    assert [(one.level, one.said[0].key) for one in answer] == [(AlertLevel.WARN, "drugs.interaction_pc")]
    assert "CI" in answer[0].said[-1].words(Language.FR)
    twice = found(CheckedLine(1, "a", ("C10AA01",), route=RouteKind.LOCAL), CheckedLine(2, "b", ("C10AA05",)))
    assert [(one.level, one.rule) for one in twice] == [(AlertLevel.WARN, "D02")]


def test_more_than_four_units_at_once_is_told() -> None:
    def of(at_once: str) -> list[str]:
        dose = Dose("metformine", Decimal(at_once), None)
        return rules(found(CheckedLine(1, "metformine", inns=("metformine",), doses=(dose,))))

    assert of("4000") == [] and of("4001") == ["DOSE-LARGE-A10BA02"]


def test_a_posology_that_is_missing_is_told_without_data_too() -> None:
    bare = replace(SIMVASTATIN, has_dose=False)
    for data in (DATA, Failure.of(Code.DRUG_DATA_MISSING)):
        assert check((bare,), (), (), data, TODAY)[0].rule == "DOSE-MISSING"


@pytest.mark.parametrize(
    ("line", "rule"),
    [
        (CheckedLine(1, "Doliprane"), "N-CODE"),
        (CheckedLine(1, "quelque chose", inns=("inconnue",)), "N-CODE"),
        (CheckedLine(1, "une statine", ("C10AA",)), "N-GROUP"),
        (CheckedLine(1, "pitavastatine", ("C10AA08",)), "N-SUBSTANCE"),
        (CheckedLine(1, "ramipril/x", inns=("ramipril", "x")), "N-SUBSTANCE"),
    ],
)
def test_a_line_that_the_rules_do_not_know_is_unchecked(line: CheckedLine, rule: str) -> None:
    answer = found(line)
    assert rules(answer) == [rule] and mark(answer, 1) is AlertLevel.UNCHECKED
    assert "on contrôlé" in answer[0].words(Language.FR)


@pytest.mark.parametrize(
    "line",
    [
        CheckedLine(1, "co-trimoxazole", ("J01EE01",), ("sulfaméthoxazole", "triméthoprime")),
        CheckedLine(1, "co-trimoxazole", inns=("sulfaméthoxazole", "triméthoprime")),
        CheckedLine(1, "co-trimoxazole", inns=("Triméthoprime", "sulfaméthoxazole")),
        CheckedLine(1, "prégabaline", ("N03AX16",)),
        CheckedLine(1, "calcium", ("A12AX",)),
    ],
)
def test_a_line_that_the_rules_know_is_not_called_unchecked(line: CheckedLine) -> None:
    assert found(line) == []


def test_a_record_that_was_not_consulted_is_said() -> None:
    answer = check(BOTH, None, None, DATA, TODAY)
    assert {"N-ALLERGIES", "N-MEDICATION"} <= {one.rule for one in answer}


def test_of_no_line_nothing_is_said() -> None:
    assert check((), (KnownAllergy("Pénicilline"),), (), DATA, TODAY) == ()


def test_a_finding_is_told_once_for_all_its_lines() -> None:
    three = (*BOTH, replace(SIMVASTATIN, number=3, label="simvastatine 40 mg"))
    answer = found(*three)
    assert rules(answer) == ["S-C10AA01", "I-C10AA01-J01FA09"]
    assert answer[1].lines == (1, 2, 3)
