"""Which chain plays the cards: real readers' software, or a card inside the program; and why."""

import json
from dataclasses import dataclass
from pathlib import Path

REAL, SOFTWARE = "reader", "software"


@dataclass(frozen=True, slots=True)
class Chain:
    """What the running demo said. ``why``: "" (as chosen), "system", "packages", "namespaces", "start"."""

    kind: str
    why: str = ""
    detail: str = ""


def read_chain(folder: Path) -> Chain | None:
    """What the program wrote into the demo's folder; None while it starts."""
    try:
        said = json.loads((folder / "chain.json").read_text(encoding="utf-8"))
        return Chain(str(said["kind"]), str(said["why"]), str(said["detail"]))
    except (OSError, ValueError, KeyError, TypeError):
        return None


def real_chain_obstacle() -> str | None:
    """Why the real chain cannot run on this computer, in English; None when it can."""
    from desktop.smartcard.emulator.real_chain import available

    return available()
