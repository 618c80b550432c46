"""``console.json``: what the demo console shows (PINs, PUKs, presence codes), and ``--secrets``.

The file lies in the simulator's folder, outside the hostile tests' scan of the client::

    {"cards": [{"id", "label", "holder", "profession", "flaw", "pin", "puk"}],
     "patients": {"<patient id>": "<presence code>"},
     "suggestions": [{"patient_id", "text_key", "family", "given", "birth_date", "matricule"}],
     "scans": [{"id", "text", "text_key"}]}

``--secrets F`` names a JSON file that sets them for a run; ``*`` stands for all the others::

    {"pin": {"weber": "135790", "*": "112233"}, "puk": {…}, "code": {"<patient id>": "…", "*": "…"}}
"""

import json
import os
import secrets
from dataclasses import asdict, dataclass, field
from pathlib import Path


@dataclass(slots=True)
class CardLine:
    """One card as the console shows it; ``flaw`` is a value of ``CardFlaw``."""

    id: str
    label: str
    holder: str
    profession: str
    flaw: str
    pin: str
    puk: str


@dataclass(slots=True)
class ConsoleFile:
    """The content of ``console.json``; written back atomically, readable by the owner only."""

    path: Path
    cards: list[CardLine] = field(default_factory=list)
    patients: dict[str, str] = field(default_factory=dict)
    suggestions: list[dict[str, str]] = field(default_factory=list)
    scans: list[dict[str, str]] = field(default_factory=list)

    @staticmethod
    def open(path: Path) -> "ConsoleFile":
        """Read *path*; an empty one at the first start."""
        if not path.exists():
            return ConsoleFile(path)
        data = json.loads(path.read_text(encoding="utf-8"))
        cards = [CardLine(**line) for line in data["cards"]]
        return ConsoleFile(path, cards, data["patients"], data["suggestions"], data.get("scans", []))

    def card(self, id: str) -> CardLine | None:
        """The line of one card."""
        return next((line for line in self.cards if line.id == id), None)

    def save(self) -> None:
        """Write atomically."""
        data = {
            "cards": [asdict(line) for line in self.cards],
            "patients": self.patients,
            "suggestions": self.suggestions,
            "scans": self.scans,
        }
        temporary = self.path.with_name(f".{self.path.name}.{secrets.token_hex(4)}")
        with os.fdopen(os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            json.dump(data, file, ensure_ascii=False)
        temporary.replace(self.path)


@dataclass(frozen=True, slots=True)
class GivenSecrets:
    """PINs, PUKs and presence codes that a test set for this run."""

    pin: dict[str, str] = field(default_factory=dict)
    puk: dict[str, str] = field(default_factory=dict)
    code: dict[str, str] = field(default_factory=dict)

    @staticmethod
    def load(path: Path | None) -> "GivenSecrets":
        """Read a ``--secrets`` file; None = nothing given."""
        return GivenSecrets(**json.loads(path.read_text(encoding="utf-8"))) if path else GivenSecrets()


def chosen(given: dict[str, str], name: str) -> str | None:
    """The value for *name*, else the one for all (``*``)."""
    return given.get(name, given.get("*"))
