"""Several rights at once: under which one acts, and as whom (domain §1.1, §5.1, §5.9).

The only order of mandates: the client shows, and the simulated platform traces, the first of it.
"""

from collections.abc import Iterable
from datetime import UTC, datetime
from enum import StrEnum

from desktop.domain.catalog import Profile
from desktop.domain.record import Mandate, MandateKind

_NEVER = datetime.max.replace(tzinfo=UTC)


class EmergencyLevel(StrEnum):
    """What an emergency service may see, set beforehand by the patient (domain §5.9)."""

    STANDARD = "standard"
    ETENDU = "etendu"
    SUPPRIME = "supprime"


_WIDTH = {
    MandateKind.MEDECIN_REFERENT: 5,
    MandateKind.CERCLE_MEDICAL: 4,
    MandateKind.ETABLISSEMENT: 2,
    MandateKind.URGENCES: 2,
    MandateKind.CONSULTATION: 1,
    MandateKind.AUTEUR: 0,
}
_URGENCES_ETENDU = 3


def precedence(mandate: Mandate) -> tuple[int, datetime]:
    """A sort key: the wider right is the greater, of two alike the one that ends later.

    Urgences stand above an établissement at level étendu only, where they open what is Confidentiel.
    """
    return _width(mandate), mandate.until() or _NEVER


def _width(mandate: Mandate) -> int:
    extended = mandate.kind is MandateKind.URGENCES and mandate.extended
    return _URGENCES_ETENDU if extended else _WIDTH[mandate.kind]


def is_narrower(mandate: Mandate, than: Mandate) -> bool:
    """Whether what *than* gave may hold what *mandate* does not open (domain §5.1)."""
    return _width(mandate) < _width(than)


def widest(mandates: Iterable[Mandate], now: datetime) -> Mandate | None:
    """The running mandate to act under, the first of two that are equal; None when none runs."""
    return max((m for m in mandates if not m.is_over(now)), key=precedence, default=None)


def acting_profile(profile: Profile, kind: MandateKind) -> Profile:
    """MR is a médecin for one patient only (domain §1.1)."""
    return Profile.MEDECIN_REFERENT if kind is MandateKind.MEDECIN_REFERENT else profile
