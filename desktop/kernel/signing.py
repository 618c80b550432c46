"""How a page signs with the card of its session."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Protocol

from desktop.domain.secret import Secret
from desktop.domain.signature import Signed, SigningOutlook, ToSign
from desktop.ports.signing import SignatureCheckPort

if TYPE_CHECKING:
    from desktop.ui.ask import Asks


class Signing(Protocol):
    """All of it in the GUI thread. The author is the holder of the session's card, nobody else (CF-015)."""

    @property
    def check(self) -> SignatureCheckPort:
        """What the signatures of others are worth; ask it in a worker (``bench.ask(…, lane=Lane.PDF)``)."""
        ...

    def outlook(self) -> SigningOutlook:
        """Who would sign, with which PIN, and what stands in the way: for the words before the last step."""
        ...

    def warm(self) -> None:
        """Somebody is about to sign: what takes time to start is made ready."""
        ...

    def sign(
        self, document: ToSign, pin: Secret | None, done: Callable[[Signed], object], on: "Asks"
    ) -> object:
        """Sign both forms with one entry of the PIN (None: on the reader's keypad), in the card's lane.

        *on* waits and is told what went wrong; *done* gets both signatures, also when another page is in
        front by then: who typed his PIN has confirmed. *pin* is wiped in every case. A lock or a card that
        leaves cuts it: then neither is told, and nothing is signed.
        """
        ...
