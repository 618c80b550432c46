"""Traces in words: no code stands alone on the screen (CF-060)."""

from dataclasses import replace

import pytest

from desktop.domain.catalog import category
from desktop.domain.record import Level, MandateKind
from desktop.domain.texts import Language, code_words, set_language
from desktop.domain.trace import Trace
from desktop.services.known_names import NO_NAMES, Names
from desktop.simulator.console_actions import _ADMINISTRATOR, _PATIENT
from desktop.simulator.features import FEATURES
from desktop.simulator.outcomes import CODES
from desktop.simulator.prescription.refusals import KINDS
from desktop.simulator.traced import Action
from desktop.ui.views import trace_words
from tests.samples.practice import deposit, document
from tests.ui.views import samples

LANGUAGES = pytest.mark.parametrize("language", list(Language))
TRACE = Trace(
    id="t", when=samples.NOW, who="Dr Claire WEBER", function="Médecin", role="consultation", action="read",
    change="", software="", patient_id="p1", document_id="d1", succeeded=True, refusal="",
)  # fmt: skip
BILAN = document(deposit(title="Bilan sanguin"), "d1")
# Refusals of a whole request: no act was traced.
_UNTRACED = {
    "request_invalid", "session_ended", "busy", "error", "maintenance", "patient_not_found",
    "too_many_matches", "search_too_short",
}  # fmt: skip


@LANGUAGES
def test_every_act_of_the_platform_has_words(language: Language) -> None:
    acts = [act.value for act in Action] + [act.value for feature in FEATURES for act in feature.acts]
    assert [act for act in acts if not code_words("traces", "acts", act, language=language)] == []


@LANGUAGES
def test_every_role_and_every_refusal_has_words(language: Language) -> None:
    roles = [kind.value for kind in MandateKind] + [_PATIENT, _ADMINISTRATOR]
    assert [role for role in roles if not code_words("traces", "roles", role, language=language)] == []
    refusals = {"presence_wrong", *CODES, *KINDS} - _UNTRACED
    assert [r for r in refusals if not code_words("traces", "refusals", r, language=language)] == []


def test_known_codes_are_words() -> None:
    names = Names({"p1": "MULLER Anne"}, {"d1": BILAN}, {})
    assert trace_words.act_words(TRACE) == "Lecture d'un document"
    assert trace_words.role_words(replace(TRACE, role="medecin-referent")) == "médecin référent"
    assert trace_words.outcome_words(TRACE) == "fait"
    assert trace_words.patient_words(TRACE, names) == "MULLER Anne"
    assert trace_words.document_words(TRACE, names) == "Bilan sanguin"


def test_cf042_a_document_that_is_masked_for_the_patient_carries_the_badge() -> None:
    for level, badges in (
        (Level.STANDARD, ()), (Level.CONFIDENTIEL, ()), (Level.ANNONCE, (("masqué au patient", "warning"),)),
    ):  # fmt: skip
        names = Names({}, {"d1": replace(BILAN, level=level)}, {})
        assert trace_words.document_badges(TRACE, names) == badges
    assert trace_words.document_badges(replace(TRACE, document_id="d9"), names) == ()
    assert trace_words.document_badges(replace(TRACE, document_id=""), names) == ()


def test_a_document_without_a_title_is_called_by_its_category() -> None:
    names = Names({}, {"d1": replace(BILAN, title="", category="resultats-biologie")}, {})
    assert trace_words.document_words(TRACE, names) == category("resultats-biologie").label(Language.FR)


def test_a_refusal_says_why() -> None:
    refused = replace(TRACE, succeeded=False)
    assert trace_words.outcome_words(refused) == "refusé"
    wrong = replace(refused, refusal="presence_wrong")
    assert trace_words.outcome_words(wrong) == "refusé\u00a0: code de présence faux"


@pytest.mark.parametrize("before", Level)
def test_a_change_of_level_says_from_what_to_what(before: Level) -> None:
    change = f"{before.value}→{Level.CONFIDENTIEL.value}"
    words = trace_words.act_words(replace(TRACE, action="level-change", change=change))
    assert words.startswith("Changement de niveau\u00a0: ") and words.endswith(" → confidentiel")
    assert "code inconnu" not in words


def test_a_read_from_the_cache_is_told() -> None:
    local = replace(TRACE, change="local")
    assert trace_words.act_words(local) == "Lecture d'un document\u00a0: hors ligne"


def test_an_unknown_code_is_shown_and_marked() -> None:
    odd = replace(TRACE, action="xyz", role="conseil", succeeded=False, refusal="odd", change="a→b")
    assert trace_words.act_words(odd) == "xyz (code inconnu)\u00a0: a (code inconnu) → b (code inconnu)"
    assert trace_words.role_words(odd) == "conseil (code inconnu)"
    assert trace_words.outcome_words(odd) == "refusé\u00a0: odd (code inconnu)"


def test_what_has_no_name_is_never_a_bare_number() -> None:
    assert trace_words.patient_words(TRACE, NO_NAMES) == "patient p1"
    assert trace_words.document_words(TRACE, NO_NAMES) == "document d1"


def test_what_was_not_said_is_a_dash() -> None:
    bare = replace(TRACE, action="", role="", patient_id="", document_id="")
    assert trace_words.act_words(bare) == trace_words.role_words(bare) == "–"
    assert trace_words.patient_words(bare, NO_NAMES) == trace_words.document_words(bare, NO_NAMES) == "–"


def test_words_follow_the_language() -> None:
    set_language(Language.DE)
    assert trace_words.act_words(TRACE) == "Lesen eines Dokuments"
