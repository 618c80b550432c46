"""The fields of each kind of line: how a value stands in its field, and what is read back.

A field whose words were not touched gives back the very value that it showed: nothing is lost on the way.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from enum import Enum, StrEnum
from typing import Any, Final

from desktop.domain.folding import fold
from desktop.domain.texts import Language, code_words, text
from desktop.features.summary.domain.entries import (
    Alert,
    Allergy,
    AllergyType,
    ClinicalStatus,
    Criticality,
    Device,
    Entry,
    Immunization,
    Medication,
    MedicationStatus,
    Observation,
    Problem,
    Procedure,
    Reaction,
    Remark,
    Severity,
    Verification,
)
from desktop.features.summary.domain.typed import lacks_unit, read_date, read_value
from desktop.features.summary.domain.wording import day_words, value_words


class Ahead(Enum):
    """Whether a day may lie in the future: that of a treatment may, where it is said to be planned."""

    NEVER = "never"
    PLANNED = "planned"
    FREELY = "freely"


@dataclass(frozen=True, slots=True)
class Field:
    """``name`` is that of the entry's field, ``title`` a text key.

    ``show`` puts a value into words; ``read`` reads words and the former value. Where they cannot be read
    it answers a :class:`Slip`. ``options`` are the values of a choice, ``table`` that of their words.
    """

    name: str
    title: str
    show: Callable[[Any], str] = str
    read: "Callable[[str, Any], Any]" = lambda words, _: words.strip()
    options: Sequence[Any] = ()
    table: str = ""
    ahead: Ahead = Ahead.FREELY
    hint: str = ""

    def option_words(self, option: Any, language: Language) -> str:
        """The words of one value of a choice."""
        if option is None:
            return text("summary.edit_not_said")
        if isinstance(option, bool):
            return text("summary.edit_yes" if option else "summary.edit_no")
        key = _PLAIN.get((self.table, option.value))
        return (
            text(key)
            if key
            else code_words("summary", self.table, option.value, language=language) or option.value
        )


@dataclass(frozen=True, slots=True)
class Slip:
    """Why a field cannot be read: a text key."""

    key: str


def fields_of(kind: type[Entry]) -> tuple[Field, ...]:
    """The fields of a kind of line, the text first and the remark last."""
    return (_TEXTS.get(kind, _TEXT), *_FIELDS[kind], _NOTE)


def _date(name: str, title: str, ahead: Ahead = Ahead.NEVER) -> Field:
    return Field(name, title, day_words, _read_date, ahead=ahead, hint="summary.edit_hint_date")


def _choice(name: str, title: str, table: str, options: type[StrEnum], *, optional: bool = True) -> Field:
    return Field(name, title, options=((None,) if optional else ()) + tuple(options), table=table)


def _read_date(words: str, _former: Any) -> Any:
    if not words.strip():
        return None
    return read_date(words) or Slip("summary.edit_slip_date")


def _read_strength(words: str, _former: Any) -> Any:
    return Slip("summary.edit_slip_unit") if lacks_unit(words) else words.strip()


def _reaction_words(reaction: Reaction) -> str:
    """« choc (sévère) »."""
    if reaction.severity is None:
        return reaction.text
    return f"{reaction.text} ({code_words('summary', 'severity', reaction.severity.value)})"


def _read_reactions(words: str, former: Any) -> Any:
    """A semicolon between them, how severe in brackets; one whose words stay keeps its codes."""
    shown = {_reaction_words(reaction): reaction for reaction in former}
    known = {reaction.text: reaction for reaction in former}
    found = []
    for part in filter(None, (part.strip() for part in words.split(";"))):
        said, severity = _severity_of(part)
        found.append(shown.get(part) or replace(known.get(said, Reaction(said)), severity=severity))
    return tuple(found)


def _severity_of(part: str) -> tuple[str, Severity | None]:
    """What stands before the brackets, and what they say of severity; other brackets are words like any."""
    match = re.fullmatch(r"(.*\S)\s*\(([^()]+)\)", part)
    if match is not None:
        for severity in Severity:
            names = [code_words("summary", "severity", severity.value, language=one) for one in Language]
            if fold(match[2].strip()) in (fold(name) for name in names if name):
                return match[1], severity
    return part, None


def _value_words(value: Any) -> str:
    return "" if value is None else value_words(value, Language.FR)


_PLAIN: Final = {  # what an entry leaves unsaid has no word in the print
    ("clinical", ClinicalStatus.ACTIVE.value): "summary.edit_active",
    ("medication_states", MedicationStatus.ACTIVE.value): "summary.edit_taken",
    ("verification", Verification.CONFIRMED.value): "summary.edit_confirmed",
    ("verification", Verification.REFUTED.value): "summary.edit_refuted",
}
_TEXT: Final = Field("text", "summary.edit_field_text")
_TEXTS: Final = {
    Problem: replace(_TEXT, title="summary.edit_field_problem"),
    Allergy: replace(_TEXT, title="summary.edit_field_substance"),
    Medication: replace(_TEXT, title="summary.edit_field_medication"),
    Immunization: replace(_TEXT, title="summary.edit_field_vaccine"),
}
_NOTE: Final = Field("note", "summary.edit_field_note")
_STATUS: Final = _choice("status", "summary.edit_field_status", "clinical", ClinicalStatus, optional=False)
_CERTAIN: Final = _choice("verification", "summary.edit_field_verification", "verification", Verification)
_SITE: Final = Field("site", "summary.edit_field_site")
_SINCE: Final = _date("since", "summary.edit_field_since")
_FIELDS: Final[dict[type[Entry], tuple[Field, ...]]] = {
    Problem: (
        _date("onset", "summary.edit_field_since"),
        _STATUS,
        _date("ended", "summary.edit_field_until"),
        _choice("severity", "summary.edit_field_severity", "severity", Severity),
        _CERTAIN,
    ),
    Allergy: (
        Field(
            "reactions",
            "summary.edit_field_reactions",
            lambda reactions: "; ".join(map(_reaction_words, reactions)),
            _read_reactions,
            hint="summary.edit_hint_reactions",
        ),
        _date("onset", "summary.edit_field_since"),
        _choice("type", "summary.edit_field_type", "allergy_types", AllergyType),
        _choice("criticality", "summary.edit_field_criticality", "criticality", Criticality),
        _CERTAIN,
        _STATUS,
    ),
    Medication: (
        Field("strength", "summary.edit_field_strength", read=_read_strength),
        Field("form", "summary.edit_field_form"),
        Field("dosage", "summary.edit_field_dosage"),
        Field("as_needed", "summary.edit_field_as_needed", options=(None, True, False)),
        _date("start", "summary.edit_field_since", Ahead.PLANNED),
        _date("stop", "summary.edit_field_until", Ahead.FREELY),
        Field("reason", "summary.edit_field_reason"),
        Field("route", "summary.edit_field_route"),
        _choice("status", "summary.edit_field_status", "medication_states", MedicationStatus, optional=False),
    ),
    Immunization: (
        _date("given", "summary.edit_field_given"),
        Field("target", "summary.edit_field_target"),
        Field("dose", "summary.edit_field_dose"),
        Field("batch", "summary.edit_field_batch"),
    ),
    Observation: (
        Field("value", "summary.edit_field_value", _value_words, lambda words, _: read_value(words)),
        _date("at", "summary.edit_field_at"),
        Field("performer", "summary.edit_field_performer"),
        Field("reference", "summary.edit_field_reference"),
    ),
    Procedure: (_date("performed", "summary.edit_field_at"), _SITE),
    Device: (_SINCE, _SITE),
    Alert: (_SINCE,),
    Remark: (_SINCE,),
}
