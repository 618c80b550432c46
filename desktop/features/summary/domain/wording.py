"""What a summary says, in words: one wording for narrative, PDF and preview (CF-089).

Numbers stand as they were written, with the comma of the language (7.20 is 7,20); a date shows the
precision that was known. What is coded has its own words in the entry: no code is translated here.
"""

from dataclasses import dataclass
from datetime import date

from desktop.domain.folding import fold
from desktop.domain.local_time import local_day
from desktop.domain.texts import Language, code_words, text
from desktop.features.summary.domain.entries import (
    Alert,
    Allergy,
    ClinicalStatus,
    Coding,
    Device,
    Entry,
    Immunization,
    Medication,
    Observation,
    PartialDate,
    Problem,
    Procedure,
    Quantity,
    Reaction,
    Remark,
    Severity,
    Verification,
)
from desktop.features.summary.domain.reading import Oddity
from desktop.features.summary.domain.sections import SectionKey, SectionState
from desktop.features.summary.domain.summary import Summary, SummarySection


@dataclass(frozen=True, slots=True)
class Said:
    """One entry as it is printed: what it is, what is said of it, when. None of the words is empty."""

    head: str
    details: tuple[str, ...] = ()
    when: str = ""

    @property
    def line(self) -> str:
        """All of it on one line."""
        return " · ".join(part for part in (self.head, *self.details, self.when) if part)


def spoken(tag: str) -> Language:
    """The language of the program for a BCP 47 *tag* ("fr-LU"); English for one that it does not speak."""
    try:
        return Language(tag.partition("-")[0].lower())
    except ValueError:
        return Language.EN


def section_title(key: SectionKey, language: Language) -> str:
    """The heading of a section."""
    return _word("sections", key.value, language)


def state_words(key: SectionKey | None, state: SectionState, language: Language, on: date | None) -> str:
    """The one line of a section without lines (CF-074): « Aucune allergie connue (déclaré le 14.03.2026) ».

    *on* is the day on which it was said. "" for LINES.
    """
    if state is SectionState.LINES:
        return ""
    if state is not SectionState.NONE_KNOWN:  # what outside must not be told apart (CF-086)
        shown = SectionState.NOT_ASKED if state is SectionState.NOT_ASKED else SectionState.UNAVAILABLE
        return _word("states", shown.value, language)
    own = code_words("summary", "none_known", key.value, language=language) if key else None
    words = own or _word("states", state.value, language)
    return _say("summary.say_declared", language, words=words, day=_dotted(on.isoformat())) if on else words


def section_lines(section: SummarySection, summary: Summary, language: Language) -> tuple[str, ...]:
    """Everything that a section says, a line each: its state or its entries, then its note."""
    state = state_words(section.key, section.state, language, local_day(summary.written_at))
    entries = tuple(said(entry, language).line for entry in section.entries)
    return tuple(line for line in (state, *entries, section.note) if line)


def partial_negation(what: str, language: Language) -> str:
    """« No known food allergies », never « no known allergies »; *what*: medication, food, environment."""
    return _word("partial_negations", what, language)


def oddity_words(oddity: Oddity, language: Language) -> str:
    """Why a document is not quite as it should be, in a sentence."""
    return _word("oddities", oddity.kind.value, language).format(where=oddity.where, what=oddity.what)


def said(entry: Entry, language: Language) -> Said:
    """*entry* in words. ``note`` comes last of its details, in the words of who wrote it."""
    told = _told(entry, language)
    return Said(
        told.head, (*(d for d in told.details if d), *((entry.note,) if entry.note else ())), told.when
    )


def value_words(value: Quantity | Coding | str, language: Language) -> str:
    """« < 7,20 mmol/L », a coded answer, or words."""
    if isinstance(value, str):
        return value
    if isinstance(value, Coding):
        return value.display or _say("summary.say_code_without_words", language, code=value.code)
    number = value.value if language is Language.EN else value.value.replace(".", ",")
    return " ".join(part for part in (value.comparator, number, value.unit or value.ucum) if part)


def day_words(day: PartialDate | None) -> str:
    """« 14.03.1998 », « 03.1998 » or « 1998 »; "" for None."""
    return _dotted(day.iso) if day else ""


def _problem(entry: Problem, language: Language) -> Said:
    ald = _say("summary.say_ald", language, number=entry.ald) if entry.ald else ""
    severity = _severity(entry.severity, language)
    marks = (*_certainty(entry.verification, entry.status, language), ald, severity)
    return Said(entry.text, marks, _span(entry.onset, entry.ended, language))


def _allergy(entry: Allergy, language: Language) -> Said:
    kind = _word("allergy_types", entry.type.value, language) if entry.type else ""
    risk = _word("criticality", entry.criticality.value, language) if entry.criticality else ""
    reactions = "; ".join(_reaction(reaction, language) for reaction in entry.reactions)
    shown = _say("summary.say_reaction", language, words=reactions) if reactions else ""
    marks = (*_certainty(entry.verification, entry.status, language), kind, risk, shown)
    return Said(entry.text, marks, _span(entry.onset, None, language))


def _reaction(reaction: Reaction, language: Language) -> str:
    severity = _severity(reaction.severity, language)
    return f"{reaction.text} ({severity})" if severity else reaction.text


def _medication(entry: Medication, language: Language) -> Said:
    head = " ".join(part for part in (entry.text, entry.strength, entry.form) if part)
    unnamed = ", ".join(inn for inn in entry.ingredients if fold(inn) not in fold(entry.text))
    return Said(
        head,
        (
            entry.dosage,
            _say("summary.say_as_needed", language) if entry.as_needed else "",
            code_words("summary", "medication_states", entry.status.value, language=language) or "",
            _named("summary.say_ingredients", unnamed, language),
            _named("summary.say_route", entry.route, language),
            _named("summary.say_reason", entry.reason, language),
            _say("summary.say_prescriber", language, name=entry.prescriber) if entry.prescriber else "",
        ),
        _span(entry.start, entry.stop, language),
    )


def _immunization(entry: Immunization, language: Language) -> Said:
    return Said(
        entry.text,
        (
            _named("summary.say_target", entry.target, language),
            _named("summary.say_dose", entry.dose, language),
            _named("summary.say_batch", entry.batch, language),
        ),
        day_words(entry.given),
    )


def _observation(entry: Observation, language: Language) -> Said:
    if entry.value is not None:
        value = value_words(entry.value, language)
    else:
        reason = code_words("summary", "absent", entry.absent, language=language) or entry.absent
        value = _named("summary.say_no_value", reason, language)
    performer = _say("summary.say_performer", language, name=entry.performer) if entry.performer else ""
    reference = _named("summary.say_reference", entry.reference, language)
    return Said(entry.text, (value, entry.interpretation, reference, performer), day_words(entry.at))


def _told(entry: Entry, language: Language) -> Said:
    match entry:
        case Problem():
            return _problem(entry, language)
        case Allergy():
            return _allergy(entry, language)
        case Medication():
            return _medication(entry, language)
        case Immunization():
            return _immunization(entry, language)
        case Observation():
            return _observation(entry, language)
        case Procedure():
            return Said(entry.text, (_site(entry.site, language),), day_words(entry.performed))
        case Device():
            return Said(entry.text, (_site(entry.site, language),), _span(entry.since, None, language))
        case Alert() | Remark():
            return Said(entry.text, (), _span(entry.since, None, language))
        case _:
            raise TypeError(type(entry).__name__)


def _certainty(
    verification: Verification | None, status: ClinicalStatus, language: Language
) -> tuple[str, ...]:
    """How certain and how alive; of what was refuted nothing else may be read (features A.6)."""
    certain = (
        code_words("summary", "verification", verification.value, language=language) if verification else ""
    )
    if verification is Verification.REFUTED:
        return (certain or "",)
    return (code_words("summary", "clinical", status.value, language=language) or "", certain or "")


def _site(site: str, language: Language) -> str:
    return _named("summary.say_site", site, language)


def _severity(severity: Severity | None, language: Language) -> str:
    words = _word("severity", severity.value, language) if severity else ""
    return _named("summary.say_severity", words, language)


def _span(start: PartialDate | None, end: PartialDate | None, language: Language) -> str:
    if start and end:
        return _say("summary.say_span", language, start=day_words(start), end=day_words(end))
    if end:
        key = "summary.say_until_day" if end.is_whole else "summary.say_until"
        return _say(key, language, end=day_words(end))
    if start is None:
        return ""
    key = "summary.say_since_day" if start.is_whole else "summary.say_since"
    return _say(key, language, day=day_words(start))


def _named(key: str, words: str, language: Language) -> str:
    return _say(key, language, words=words) if words else ""


def _say(key: str, language: Language, **facts: str | int) -> str:
    return text(key, language=language, **facts)


def _word(table: str, code: str, language: Language) -> str:
    """A word of a closed list; the code itself where nobody gave it words."""
    return code_words("summary", table, code, language=language) or code


def _dotted(iso: str) -> str:
    return ".".join(reversed(iso.split("-")))
