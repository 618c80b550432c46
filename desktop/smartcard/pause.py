"""A simulated card stops at a step that a tester named, and says that it is there.

So a card is pulled « during the signature » by the order of events, whatever the speed of the machine.
Two files beside ``reader.json``: the tester writes ``pause-at`` with the step in it; the card that gets there
renames it to ``paused-at``, does nothing more and waits to be pulled. One order stops one card once.
"""

from pathlib import Path

PAUSE_AT, PAUSED_AT = "pause-at", "paused-at"
# A try is counted off and the PIN is not compared yet.
VERIFY = "verify"
# The PIN was right, all tries are back, and the private key is about to be used.
SIGN = "sign"
STEPS = (VERIFY, SIGN)


def stops_at(folder: Path, step: str) -> bool:
    """Whether the card in hand is to stop at *step*, now; the tester is told in the same moment."""
    wanted = folder / PAUSE_AT
    try:
        if wanted.read_text(encoding="utf-8") != step:
            return False
        wanted.replace(folder / PAUSED_AT)
    except OSError:
        return False  # no order, or another card was first
    return True
