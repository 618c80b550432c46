"""The card holders of every data set, and their organisations.

Good cards: weber, kieffer, thill, reuter, schmitz, arendt, wiltgen, biver; thill and arendt work at one
pharmacy, biver stands in for kieffer in his practice and is nobody's médecin référent (CF-100).
The others each show one refusal at login.
"""

from dataclasses import dataclass
from enum import StrEnum

from desktop.domain.record import EpisodeKind
from desktop.simulator.seed_data import CNS_AUTHOR, SeedOrganization, SeedPractitioner


class CardFlaw(StrEnum):
    """What is wrong with a card or its holder: its certificate is ON_HOLD, he himself is SUSPENDED."""

    NONE = ""
    EXPIRED = "expired"
    NOT_YET_VALID = "not-yet-valid"
    REVOKED = "revoked"
    UNKNOWN_ISSUER = "unknown-issuer"
    ON_HOLD = "on-hold"
    SUSPENDED = "suspended"
    NOT_ACTIVATED = "not-activated"
    NEAR_EXPIRY = "near-expiry"


@dataclass(frozen=True, slots=True)
class Holder:
    """A person with a card. ``card`` is the card's id, ``holder_id`` the subject serialNumber."""

    card: str
    practitioner: SeedPractitioner
    holder_id: str
    atr_hex: str
    flaw: CardFlaw = CardFlaw.NONE
    elliptic: bool = False


_K = EpisodeKind
ORGANIZATIONS = (
    SeedOrganization("org-weber", "Cabinet médical Weber", _K.CABINET, "12, rue de la Gare, L-8325 Capellen"),
    SeedOrganization("org-kieffer", "Cabinet médical Kieffer", _K.CABINET, "4, Grand-Rue, L-9240 Diekirch"),
    SeedOrganization("org-schmitz", "Cabinet Dr Schmitz", _K.CABINET, "27, rue Neuve, L-4581 Differdange"),
    SeedOrganization(
        "org-thill", "Pharmacie du Cygne", _K.PHARMACIE, "1, place du Marché, L-6460 Echternach"
    ),
    SeedOrganization("org-reuter", "Soins infirmiers Reuter", _K.SOINS, "8, rue des Prés, L-7561 Mersch"),
    SeedOrganization(
        "org-cabinets", "Maison médicale du Parc", _K.CABINET, "2, rue du Parc, L-1234 Luxembourg"
    ),
    SeedOrganization("org-wiltgen", "Pharmacie de la Sûre", _K.PHARMACIE, "15, Grand-Rue, L-9530 Wiltz"),
    SeedOrganization(CNS_AUTHOR, "Caisse nationale de santé", _K.AUTRE, "L-2144 Luxembourg"),
)

_LUXTRUST = "3B6D000080318065B08302047E83009000"
_LUXTRUST_V2 = "3B7D94000080318065B0831100C883009000"
_PIV = "3B8D0180FBA0000003080000100001004D"


def _holder(
    number: int,
    card: str,
    name: str,
    profession: str,
    atr_hex: str = _LUXTRUST_V2,
    flaw: CardFlaw = CardFlaw.NONE,
    place: str = "",
) -> Holder:
    given, family = name.split()
    prefix = "Dr" if profession.startswith("Médecin") else ""
    place = place or ("org-cabinets" if flaw else f"org-{card}")
    person = SeedPractitioner(
        f"ps-{card}", family, given, profession, place, f"LU{90000000 + number}", prefix
    )
    return Holder(card, person, f"{10100000000 + number}", atr_hex, flaw, elliptic=atr_hex == _PIV)


HOLDERS = (
    _holder(1, "weber", "Claire Weber", "Médecin"),
    _holder(2, "kieffer", "Marc Kieffer", "Médecin"),
    _holder(3, "thill", "Sandra Thill", "Pharmacien", _LUXTRUST),
    _holder(4, "reuter", "Jo Reuter", "Infirmier", _LUXTRUST),
    _holder(5, "schmitz", "Tom Schmitz", "Médecin", _PIV),
    _holder(13, "arendt", "Nina Arendt", "Pharmacien", _PIV, place="org-thill"),
    _holder(14, "wiltgen", "Yves Wiltgen", "Pharmacien", _PIV),
    _holder(15, "biver", "Lena Biver", "Médecin", _PIV, place="org-kieffer"),
    _holder(6, "expired", "Léa Hoffmann", "Médecin", flaw=CardFlaw.EXPIRED),
    _holder(7, "revoked", "Paul Wagner", "Médecin", flaw=CardFlaw.REVOKED),
    _holder(8, "unknown-issuer", "Nora Klein", "Médecin", flaw=CardFlaw.UNKNOWN_ISSUER),
    _holder(9, "suspended", "Luc Faber", "Médecin", flaw=CardFlaw.SUSPENDED),
    _holder(10, "not-activated", "Eva Muller", "Médecin Spécialiste", flaw=CardFlaw.NOT_ACTIVATED),
    _holder(11, "near-expiry", "Guy Schneider", "Médecin", flaw=CardFlaw.NEAR_EXPIRY),
    _holder(16, "on-hold", "Rita Steffen", "Médecin", flaw=CardFlaw.ON_HOLD),
    _holder(12, "not-yet-valid", "Anouk Becker", "Médecin", flaw=CardFlaw.NOT_YET_VALID),
)


def holder(card: str) -> Holder:
    """The holder of card *card*; KeyError for an unknown one."""
    return {h.card: h for h in HOLDERS}[card]
