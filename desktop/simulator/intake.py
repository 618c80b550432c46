"""How deposits are taken in and found again: kindly, or as strictly as the standards allow.

No standard makes a repeated masterIdentifier harmless, nor a search as fresh as the last write: servers
refuse the one (400, 422), and answer the other from an index that lags, or from their former answer where
the request does not forbid it (``Cache-Control``).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from desktop.simulator.tables import DocumentRow

_MOST_ANSWERS = 1000
_FRESH = ("no-cache", "no-store")


@dataclass(slots=True)
class Intake:
    """``repeated``: the status for a masterIdentifier that stands already, 200 = the existing document.

    ``settle_s``: for so many seconds after its registration a deposit is missing from searches, and a search
    is answered as before. ``sendings``: how often each masterIdentifier was sent, refused or not.
    """

    repeated: int = 200
    settle_s: float = 0.0
    sendings: dict[str, int] = field(default_factory=dict)
    _answers: dict[object, tuple[datetime, tuple[str, ...]]] = field(default_factory=dict)

    def be(self, wanted: Mapping[str, Any]) -> dict[str, Any]:
        """Change the rules; ValueError or TypeError for nonsense."""
        repeated, settle = int(wanted.get("repeated", 200)), float(wanted.get("settle_s", 0.0))
        if repeated not in (200, 400, 409, 422) or not 0 <= settle <= 3600:
            raise ValueError(wanted)
        self.repeated, self.settle_s = repeated, settle
        self._answers.clear()
        return {"repeated": repeated, "settle_s": settle}

    def sent(self, unique_id: str) -> None:
        """One more sending on the wire."""
        self.sendings[unique_id] = self.sendings.get(unique_id, 0) + 1

    def searched(
        self, asked: object, rows: Iterable[DocumentRow], cache_control: str, now: datetime
    ) -> list[DocumentRow]:
        """What a search with the key *asked* finds of the *rows* that match it."""
        settle = timedelta(seconds=self.settle_s)
        found = [d for d in rows if not d.submission_id or d.registered + settle <= now]
        if not settle:
            return found
        former = self._answers.get(asked)
        fresh = any(word in cache_control.lower() for word in _FRESH)
        if former is None or fresh or not former[0] <= now < former[0] + settle:
            while len(self._answers) >= _MOST_ANSWERS:
                del self._answers[next(iter(self._answers))]
            self._answers[asked] = now, tuple(d.id for d in found)
            return found
        return [d for d in found if d.id in former[1]]
