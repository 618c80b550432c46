"""Words of the wire and ours: mandate kinds, levels, kinds of care, sex."""

from collections.abc import Iterable

from desktop.domain.record import DspState, EpisodeKind, Level, MandateKind, Sex

CONFIDENTIALITY = "http://terminology.hl7.org/CodeSystem/v3-Confidentiality"
ANNONCE = "annonce"

_LEVEL_CODES = {Level.STANDARD: "N", Level.CONFIDENTIEL: "R", Level.PRIVE: "V", Level.ANNONCE: "N"}
_LEVELS = {
    "U": Level.STANDARD,
    "L": Level.STANDARD,
    "M": Level.STANDARD,
    "N": Level.STANDARD,
    "R": Level.CONFIDENTIEL,
    "V": Level.PRIVE,
}
_STRICTNESS = (Level.STANDARD, Level.CONFIDENTIEL, Level.UNRECOGNISED, Level.PRIVE)

# v3-ActCode, where a server uses the standard classes only
_EPISODES = {
    "IMP": EpisodeKind.HOPITAL,
    "ACUTE": EpisodeKind.HOPITAL,
    "NONAC": EpisodeKind.HOPITAL,
    "SS": EpisodeKind.HOPITAL,
    "EMER": EpisodeKind.URGENCES,
    "AMB": EpisodeKind.CABINET,
    "HH": EpisodeKind.SOINS,
}


def level_code(level: Level) -> str:
    """The v3 Confidentiality code of a level."""
    return _LEVEL_CODES[level]


def level_of(labels: Iterable[tuple[str, str]], label_system: str) -> Level:
    """Level of (system, code) pairs, the strictest; a pair that is not known word for word is UNRECOGNISED.

    Another spelling of a system (``http://hl7.org/fhir/v3/Confidentiality``, its OID, SNOMED CT in
    Switzerland), a code without a system, a system without a code: none of them says that all may read it.
    """
    found = Level.STANDARD
    masked = False
    for system, code in labels:
        if system == label_system and code == ANNONCE:
            masked = True
        else:
            said = _LEVELS.get(code) if system == CONFIDENTIALITY else None
            found = max(found, said or Level.UNRECOGNISED, key=_STRICTNESS.index)
    return Level.ANNONCE if masked and found is not Level.UNRECOGNISED else found


def mandate_kind(code: str) -> MandateKind | None:
    """Kind of a mandate, None for one that a client never meets (domain §4.2)."""
    try:
        kind = MandateKind(code)
    except ValueError:
        return None
    return None if kind is MandateKind.AUTEUR else kind


def extended(kind: MandateKind, marks: Iterable[str]) -> bool:
    """Urgences at level étendu: the high-water *marks* of the right reach R; an unknown mark is none."""
    reaches = any(_LEVELS.get(mark) in (Level.CONFIDENTIEL, Level.PRIVE) for mark in marks)
    return kind is MandateKind.URGENCES and reaches


def episode_kind(code: str) -> EpisodeKind:
    """Kind of care, AUTRE for what is unknown."""
    try:
        return EpisodeKind(code)
    except ValueError:
        return _EPISODES.get(code, EpisodeKind.AUTRE)


def dsp_state(code: str) -> DspState:
    """State of the DSP; what is not said is NONE: nothing can be opened."""
    try:
        return DspState(code)
    except ValueError:
        return DspState.NONE


def sex(code: str) -> Sex:
    """Administrative sex."""
    try:
        return Sex(code)
    except ValueError:
        return Sex.UNKNOWN
