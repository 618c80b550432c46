"""A simulated card stops at a step that a tester named, and says that it is there.

So a card is pulled « during the signature » by the order of events, whatever the speed of the machine.
Two files beside ``reader.json``: the tester writes ``pause-at`` with the step in it; the card that gets there
renames it to ``paused-at``, does nothing more and waits to be pulled. One order stops one card once;
"command 5" lets five commands pass first.
"""

from pathlib import Path

PAUSE_AT, PAUSED_AT = "pause-at", "paused-at"
# Whatever it is asked next: from then on the card is silent.
COMMAND = "command"
# A try is counted off and the PIN is not compared yet.
VERIFY = "verify"
# The PIN was right, all tries are back, and the private key is about to be used.
SIGN = "sign"
STEPS = (COMMAND, VERIFY, SIGN)


def stops_at(folder: Path, step: str) -> bool:
    """Whether the card in hand is to stop at *step*, now; the tester is told in the same moment."""
    wanted = folder / PAUSE_AT
    try:
        named, _, left = wanted.read_text(encoding="utf-8").partition(" ")
        if named != step:
            return False
        if left and int(left) > 0:
            wanted.write_text(f"{step} {int(left) - 1}", encoding="utf-8")
            return False
        wanted.replace(folder / PAUSED_AT)
    except OSError:
        return False  # no order, or another card was first
    return True
