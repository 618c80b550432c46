"""What may be done to a line: one row an act (domain §C.4).

Reservations and expiry are never written into a line: they follow from the clock
(:mod:`desktop.simulator.prescription.standing`), so that no job has to end them.
"""

from dataclasses import dataclass
from typing import Final

BEFORE = "avant"
"""As a target: what the line was before it was reserved or delivered."""


@dataclass(frozen=True, slots=True)
class Rule:
    """*who* may do it, on a line in one of the states *on*, where *needs* holds; then it is *then*."""

    who: str
    on: tuple[str, ...]
    needs: str
    then: str


RULES: Final[dict[str, tuple[Rule, ...]]] = {
    "signer": (Rule("prescripteur", ("brouillon",), "signature-valide", "active"),),
    "reserver": (Rule("pharmacie", ("active", "partielle"), "valable-et-reste", "reservee"),),
    "delivrer": (Rule("pharmacie-qui-reserve", ("reservee",), "quantite-du-reste", "delivree"),),
    "delivrer-renouvelable": (
        Rule("pharmacie-qui-reserve", ("reservee",), "quantite-du-reste", "partielle"),
    ),
    "delivrer-partie": (Rule("pharmacie-qui-reserve", ("reservee",), "quantite-du-reste", "partielle"),),
    "a-devoir": (Rule("pharmacie-qui-reserve", ("reservee",), "", "partielle"),),
    "refuser": (Rule("pharmacie-qui-reserve", ("reservee",), "motif", BEFORE),),
    "refuser-definitivement": (Rule("pharmacie-qui-reserve", ("reservee",), "motif", "refusee"),),
    "liberer": (
        Rule("pharmacie-qui-reserve", ("reservee",), "", BEFORE),
        Rule("horloge", ("reservee",), "date-depassee", BEFORE),
    ),
    "annuler": (Rule("prescripteur", ("active", "suspendue"), "rien-delivre", "annulee"),),
    "arreter": (Rule("prescripteur", ("partielle",), "motif", "arretee"),),
    "suspendre": (Rule("prescripteur", ("active",), "", "suspendue"),),
    "reprendre": (Rule("prescripteur", ("suspendue",), "", "active"),),
    "expirer": (Rule("horloge", ("active", "partielle", "suspendue"), "date-depassee", "expiree"),),
    "annuler-la-delivrance": (
        Rule("pharmacie-qui-a-delivre", ("delivree", "partielle"), "meme-jour", BEFORE),
    ),
    "effacer": (
        Rule(
            "patient",
            ("active", "partielle", "suspendue", "refusee", "annulee", "expiree"),
            "non-delivree",
            "effacee",
        ),
    ),
}  # fmt: skip


def rule_for(act: str, who: str, state: str) -> Rule | None:
    """The row that allows it; None: refused with the state's name."""
    return next((r for r in RULES[act] if r.who == who and state in r.on), None)


def fhir_status(kind: str, state: str) -> str:
    """``status`` of the request (domain §C.4, "FHIR map"); *kind* is its resource type."""
    ended = state in ("annulee", "arretee", "expiree", "refusee")
    if ended and kind == "ServiceRequest":
        return "revoked"  # R4 knows neither cancelled nor stopped there
    return _STATUS[state]


_STATUS = {
    "active": "active", "reservee": "active", "partielle": "active", "suspendue": "on-hold",
    "delivree": "completed", "annulee": "cancelled", "arretee": "stopped", "expiree": "stopped",
    "refusee": "stopped", "effacee": "entered-in-error",
}  # fmt: skip
