"""Domain values in words: sex, mandate, level, state of the DSP."""

from datetime import date, datetime

from desktop.domain.catalog import category
from desktop.domain.local_time import local_day
from desktop.domain.record import Document, DspState, Level, Mandate, MandateKind, Patient, Sex
from desktop.domain.texts import counted, current_language, text
from desktop.services.record import OpenRecord
from desktop.ui.dates import day, moment

SEX_WORDS = {
    Sex.FEMALE: "common.sex_female",
    Sex.MALE: "common.sex_male",
    Sex.OTHER: "common.sex_other",
    Sex.UNKNOWN: "common.sex_unknown",
}
_BORN = {Sex.FEMALE: "common.born_female", Sex.MALE: "common.born_male"}
MANDATE_WORDS = {
    MandateKind.CONSULTATION: "common.mandate_consultation",
    MandateKind.MEDECIN_REFERENT: "common.mandate_medecin_referent",
    MandateKind.CERCLE_MEDICAL: "common.mandate_cercle_medical",
    MandateKind.ETABLISSEMENT: "common.mandate_etablissement",
    MandateKind.URGENCES: "common.mandate_urgences",
    MandateKind.AUTEUR: "common.mandate_auteur",
}
LEVEL_WORDS = {
    Level.STANDARD: "common.level_standard",
    Level.CONFIDENTIEL: "common.level_confidentiel",
    Level.PRIVE: "common.level_prive",
    Level.ANNONCE: "common.level_annonce",
    Level.UNRECOGNISED: "common.level_unrecognised",
}
DSP_WORDS = {
    DspState.NONE: "identity.dsp_none",
    DspState.INACTIVE: "identity.dsp_inactive",
    DspState.ACTIVE: "identity.dsp_active",
    DspState.CLOSED: "identity.dsp_closed",
    DspState.DECEASED: "identity.dsp_deceased",
}


def sex_word(sex: Sex) -> str:
    """« F », « M »…"""
    return text(SEX_WORDS[sex])


def born_words(patient: Patient) -> str:
    """« née le 12.05.1993 », four-digit year."""
    return born_on(patient.birth_date, patient.sex)


def born_on(born: date | None, sex: Sex) -> str:
    """As :func:`born_words`, of whom no more than this is known."""
    return text(_BORN.get(sex, "common.born_unknown"), date=day(born))


def level_word(level: Level) -> str:
    """« standard »…"""
    return text(LEVEL_WORDS[level])


def document_title(document: Document) -> str:
    """Its title; a document without one is called by its category."""
    return document.title or category(document.category).label(current_language())


def masked_badge() -> tuple[str, str]:
    """Words and tone of the badge of an annonce (CF-042)."""
    return text("record.badge_annonce"), "warning"


def masked_words(document: Document) -> str:
    """Who masked it from the patient, and when (CF-042)."""
    return text("record.annonce_who", who=document.annonce_by or "–", when=moment(document.annonce_at))


def mandate_kind(kind: MandateKind) -> str:
    """« Cercle médical de confiance », as it begins a line."""
    words = text(MANDATE_WORDS[kind])
    return words[:1].upper() + words[1:]


def mandate_words(mandate: Mandate) -> str:
    """« consultation, jusqu'au 18.11.2026 09:12 »."""
    kind = text(MANDATE_WORDS[mandate.kind])
    until = mandate.until()
    if until is None:
        return text("common.mandate_unlimited", kind=kind)
    return text("common.mandate_until", kind=kind, until=moment(until))


def mandate_short(mandate: Mandate | None, now: datetime) -> str:
    """For a list: the running mandate, or that it has ended."""
    if mandate is None or mandate.is_over(now):
        return text("home.ended")
    return mandate_words(mandate)


def offline_words(record: OpenRecord, now: datetime) -> str:
    """« Hors ligne, tel que lu le … », and how old that is where it is known."""
    words = text("record.offline", when=moment(record.last_opening))
    if record.readable_until is None or record.last_opening is None:
        return words
    return f"{words} {kept_words(record.last_opening, record.readable_until, now)}."


def kept_words(given: datetime, until: datetime, now: datetime) -> str:
    """« Ces données ont 3 jours ; lisibles hors ligne jusqu'au 24.11.2026 09:12 »."""
    days = (local_day(now) - local_day(given)).days
    age = counted("record.kept_age", days) if days > 0 else text("record.kept_age_today")
    return text("record.kept", age=age, until=moment(until))
