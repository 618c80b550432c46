"""What is wrong with a document, as data."""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, order=True)
class Fault:
    """``rule`` is the standard's own name (« bdl-7 ») or a word (« type »); ``path`` is FHIRPath."""

    rule: str
    path: str


Place = tuple["Place | None", str | int]
"""Where one is, made without building a text: its parent and the name or number in it."""


@dataclass(slots=True)
class Named:
    """A reference that was met: the entry it stands in, what it names, which types it may name ({}: any)."""

    entry: int
    target: str
    types: frozenset[str]
    place: Place


@dataclass(slots=True)
class Found:
    """What one walk through a document gathers. ``entry`` is the number of the entry being walked."""

    faults: list[Fault] = field(default_factory=list)
    references: list[Named] = field(default_factory=list)
    entry: int = -1

    def fault(self, rule: str, place: Place | None) -> None:
        """One more."""
        self.faults.append(Fault(rule, path(place)))


def path(place: Place | None) -> str:
    """« Bundle.entry[0].resource.title »."""
    parts: list[str] = []
    while place is not None:
        place, name = place
        parts.append(f"[{name}]" if isinstance(name, int) else f".{name}")
    return "".join(reversed(parts)).lstrip(".")
