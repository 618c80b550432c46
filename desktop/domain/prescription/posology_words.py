"""A posology as its patient reads it: « 1-1-1 » is « 1 le matin, 1 à midi, 1 le soir », in his language.

Only what was understood is put into words; the rest stays as it was typed.
"""

from decimal import Decimal
from typing import Final

from desktop.domain.prescription.ordonnance import Posology
from desktop.domain.texts import Language, counted, text

_MOMENTS: Final = ("drugs.taken_morning", "drugs.taken_noon", "drugs.taken_evening", "drugs.taken_night")
_PARTS: Final = {Decimal("0.25"): "¼", Decimal("0.5"): "½", Decimal("0.75"): "¾"}
_COMMA: Final = frozenset({Language.FR, Language.DE, Language.LB})


def posology_words(posology: Posology, language: Language) -> str:
    """In *language*; "" where nothing but what was typed is known."""
    said = _moments(posology, language) or _spaced(posology, language)
    needed = text("drugs.taken_as_needed", language=language) if posology.as_needed else ""
    return ", ".join((said, needed)) if said and needed else said


def dosage_words(posology: Posology, language: Language) -> str:
    """The words with the code beside: « 1 le matin, 1 le soir (1-0-1) »; what was typed where it has none."""
    said = posology_words(posology, language)
    needed = text("drugs.taken_as_needed", language=Language.FR)  # said in the words already
    return f"{said} ({posology.text.removesuffix(needed).strip()})" if said else posology.text


def units_words(units: Decimal, language: Language) -> str:
    """« ½ », « 1 ½ », « 2 »: as a tablet is broken."""
    whole, part = divmod(units, 1)
    if part in _PARTS:
        return f"{int(whole)}\u00a0{_PARTS[part]}" if whole else _PARTS[part]
    words = f"{units:f}".rstrip("0").rstrip(".") if part else str(int(whole))
    return words.replace(".", ",") if language in _COMMA else words


def _moments(posology: Posology, language: Language) -> str:
    doses = zip(_MOMENTS, posology.rhythm, strict=False)
    taken = [text(key, language=language, units=units_words(dose, language)) for key, dose in doses if dose]
    return ", ".join(taken)


def _spaced(posology: Posology, language: Language) -> str:
    """« 1, 3 fois par jour », « 1 toutes les 8 heures »; « 3 par semaine » has no words of ours."""
    units = units_words(posology.at_once, language) if posology.at_once is not None else ""
    if posology.hours:
        often = counted("drugs.taken_hours", posology.hours, language=language)
        return f"{units} {often}" if units else often
    if posology.times is None or posology.times != int(posology.times):
        return ""
    times = int(posology.times)
    if times == 1 and units:
        return text("drugs.taken_day", language=language, units=units)
    often = counted("drugs.taken_times", times, language=language)
    return f"{units}, {often}" if units else often
