"""One laboratory value as the report prints it, and whose profession may see any (CF-056, CF-150 to 152)."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

from desktop.domain.catalog import Profile

PROFILES: Final = frozenset(
    {
        Profile.MEDECIN_REFERENT, Profile.MEDECIN, Profile.INFIRMIER, Profile.SAGE_FEMME, Profile.LABORANTIN,
        Profile.BIOLOGISTE_MEDICAL,
    }
)  # fmt: skip
"""Who reads results of laboratories in the default matrix (domain §3); for others there is no such page."""


class Standing(StrEnum):
    """What the laboratory says of a value today. WITHDRAWN stays visible and leaves the curve (CF-151)."""

    FINAL = "final"
    PRELIMINARY = "preliminary"
    AMENDED = "amended"
    WITHDRAWN = "withdrawn"


class Flag(StrEnum):
    """The report's own sign; we never judge a value."""

    LOW = "low"
    HIGH = "high"
    ABNORMAL = "abnormal"


@dataclass(frozen=True, slots=True)
class Band:
    """The laboratory's own reference range; None: open on that side. ``words`` as printed."""

    low: float | None = None
    high: float | None = None
    words: str = ""


@dataclass(frozen=True, slots=True)
class LabValue:
    """``shown`` is what is printed, comparator and all; ``number`` None: words, no quantity.

    ``code`` is LOINC, "" where the laboratory gave none. ``unit`` as printed, ``ucum`` its code or "".
    ``at`` is when it was taken, else (``at_is_issue``) when the report was issued.
    """

    id: str
    document_id: str
    code: str
    label: str
    shown: str
    number: float | None
    comparator: str
    unit: str
    ucum: str
    band: Band | None
    flag: Flag | None
    laboratory: str
    at: datetime | None
    at_is_issue: bool = False
    standing: Standing = Standing.FINAL
    specimen: str = ""
