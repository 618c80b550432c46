"""Documents of ours with one element changed: removed, doubled, of another type, another code or reference.

The same seed gives the same mutants. Elements that were not yet changed come first, so that a few hundred
mutants reach every kind of element of a document.
"""

import copy
import json
import random
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

Path = tuple[str | int, ...]
_TYPES: tuple[Any, ...] = (5, True, "x", {}, [], {"x": 1}, None, ["x"], 7.5)
_CODES = ("bogus", "", " bogus", "2026-13-45", "http://bogus.example/x", "BOGUS", "7.20")


@dataclass(frozen=True, slots=True)
class Mutant:
    """``what`` says what was done where."""

    what: str
    content: bytes


def make_mutants(sources: list[bytes], number: int, seed: int) -> list[Mutant]:
    """*number* of them, kinds and sources in turn."""
    rng = random.Random(seed)
    documents = [json.loads(source) for source in sources]
    places = [_places(document) for document in documents]
    for found in places:
        rng.shuffle(found)
    made: list[Mutant] = []
    met: set[tuple[str, str]] = set()
    kinds = tuple(KINDS)
    while len(made) < number:
        which = len(made) % len(documents)
        kind = kinds[len(made) % len(kinds)]
        path = _next(places[which], documents[which], kind, met, rng)
        document = copy.deepcopy(documents[which])
        KINDS[kind](document, path, rng)
        content = json.dumps(document, ensure_ascii=False).encode()
        made.append(Mutant(f"{kind} {'.'.join(map(str, path))}", content))
    return made


def _next(
    places: list[Path], document: Any, kind: str, met: set[tuple[str, str]], rng: random.Random
) -> Path:
    fitting = [path for path in places if _fits(kind, path, _at(document, path))]
    new = [path for path in fitting if (kind, _shape(document, path)) not in met]
    chosen = rng.choice(new or fitting)
    met.add((kind, _shape(document, chosen)))
    return chosen


def _fits(kind: str, path: Path, value: Any) -> bool:
    if kind == "reference":
        return path[-1] in ("reference", "fullUrl")
    return kind != "code" or (isinstance(value, str) and path[-1] not in ("reference", "fullUrl"))


def _shape(document: Any, path: Path) -> str:
    """The path without numbers, with the type of the resource."""
    kind = ""
    for length in range(len(path)):
        inside = _at(document, path[:length])
        kind = inside.get("resourceType", kind) if isinstance(inside, dict) else kind
    return kind + ".".join(str(step) for step in path if isinstance(step, str))


def _places(value: Any, path: Path = ()) -> list[Path]:
    found = [path] if path else []
    if isinstance(value, dict):
        found += [place for name in value for place in _places(value[name], (*path, name))]
    elif isinstance(value, list):
        found += [place for number, item in enumerate(value) for place in _places(item, (*path, number))]
    return found


def _at(value: Any, path: Path) -> Any:
    for step in path:
        value = value[step]
    return value


def _removed(document: Any, path: Path, rng: random.Random) -> None:
    del _at(document, path[:-1])[path[-1]]


def _doubled(document: Any, path: Path, rng: random.Random) -> None:
    holder, value = _at(document, path[:-1]), _at(document, path)
    if isinstance(holder, list):
        holder.append(copy.deepcopy(value))
    elif isinstance(value, list):
        value.extend(copy.deepcopy(value))
    else:
        holder[path[-1]] = [value, copy.deepcopy(value)]


def _retyped(document: Any, path: Path, rng: random.Random) -> None:
    value = _at(document, path)
    others = [one for one in _TYPES if type(one) is not type(value)]
    _at(document, path[:-1])[path[-1]] = copy.deepcopy(rng.choice(others))


def _recoded(document: Any, path: Path, rng: random.Random) -> None:
    same = [_at(document, place) for place in _places(document) if place[-1] == path[-1]]
    others = [one for one in same if isinstance(one, str) and one != _at(document, path)]
    _at(document, path[:-1])[path[-1]] = rng.choice((*_CODES, *others[:3]))


def _referred(document: Any, path: Path, rng: random.Random) -> None:
    urls = [entry["fullUrl"] for entry in document["entry"]]
    value = str(_at(document, path))
    nowhere = "urn:uuid:00000000-0000-4000-8000-000000000000"
    others = (nowhere, "Patient/pat-1", "#x", "bogus", "", rng.choice(urls), rng.choice(urls), value[:-1])
    _at(document, path[:-1])[path[-1]] = rng.choice(others)


KINDS: dict[str, Callable[[Any, Path, random.Random], None]] = {
    "removed": _removed,
    "doubled": _doubled,
    "type": _retyped,
    "code": _recoded,
    "reference": _referred,
}
