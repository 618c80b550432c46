"""What is known of the card in the reader."""

from dataclasses import dataclass

from desktop.domain.card import CardInfo, ReaderSnapshot
from desktop.domain.errors import Failure
from desktop.services.session import CardState


@dataclass(frozen=True, slots=True)
class CardStatus:
    """What the login and lock screens show. ``failure`` explains a card that cannot be used.

    ``again``: the card is read anew after a login that failed; its form stays, no PIN goes out.
    """

    state: CardState
    snapshot: ReaderSnapshot
    card: CardInfo | None
    choices: tuple[CardInfo, ...]
    failure: Failure | None
    again: bool = False
