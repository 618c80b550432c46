"""What the engine does not know and this package has judged itself, with the words that it objects in.

The engine must still see everything inside: content that it would not reach stands in a *carrier*, a form
in the resources of the first page of the copy in memory, which no page draws.
"""

import itertools
import re
from dataclasses import dataclass, field
from typing import Protocol

import pikepdf
from pikepdf import Array, Dictionary, Name, Object, Stream

CARRIER = "/DspJudged"  # first letters of a carrier's name: no unused resource


class _Said(Protocol):
    rule: str
    where: str
    message: str


@dataclass(frozen=True, slots=True)
class Pardon:
    """An objection that is answered: its rule, and what its message and its place match."""

    rule: str
    message: str = ""
    where: str = ""

    def covers(self, finding: _Said) -> bool:
        """True for an objection of this kind in this place."""
        return (
            finding.rule == self.rule
            and re.search(self.message, finding.message) is not None
            and re.search(self.where, finding.where) is not None
        )


@dataclass(slots=True)
class Carriers:
    """Puts forms where the engine walks them."""

    pdf: pikepdf.Pdf
    places: set[tuple[int, int]] = field(default_factory=set)
    """Objects of carriers: no form of the file itself, so no objection to one is called a violation."""
    count: "itertools.count[int]" = field(default_factory=itertools.count)

    def carry(self, form: Stream) -> None:
        """Let the engine look into *form*, which is one already or becomes one here."""
        form.Type, form.Subtype = Name.XObject, Name.Form
        if "/BBox" not in form:
            form.BBox = Array([0, 0, 1, 1])
        if not form.is_indirect:
            form = self.pdf.make_indirect(form)
        self.places.add(form.objgen)
        page = self.pdf.pages[0].obj
        resources = page.get("/Resources")
        if not isinstance(resources, Dictionary):
            resources = page["/Resources"] = Dictionary()
        if not isinstance(resources.get("/XObject"), Dictionary):
            resources["/XObject"] = Dictionary()
        resources["/XObject"][f"{CARRIER}{next(self.count)}"] = form

    def use_colour(self, space: Object, resources: Object | None) -> None:
        """Let the engine see *space* used under the default spaces of *resources*."""
        given = resources.get("/ColorSpace") if isinstance(resources, Dictionary) else None
        spaces = Dictionary()
        for key, value in given.items() if isinstance(given, Dictionary) else ():
            if key.startswith("/Default"):
                spaces[key] = value
        word = str(space) if isinstance(space, Name) else "/Used"
        if not isinstance(space, Name):
            spaces["/Used"] = space
        form = self.pdf.make_stream(f"{word} cs".encode("latin-1", "replace"))
        form.Resources = Dictionary(ColorSpace=spaces)
        self.carry(form)
