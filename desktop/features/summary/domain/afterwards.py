"""What a publication leaves of the draft that it was written from (CF-093)."""

from dataclasses import dataclass, replace
from datetime import datetime

from desktop.features.summary.domain.draft import Base, Draft, Line, Source
from desktop.features.summary.domain.sameness import KnownSubstances, Thing
from desktop.features.summary.domain.summary import Summary


@dataclass(frozen=True, slots=True)
class InForce:
    """A version that was just published: what it says, ``base`` for the next one, and the ``source`` that
    stands behind its lines from now on. ``signed_at`` has whole seconds, as the signature has."""

    summary: Summary
    base: Base
    source: Source
    signed_at: datetime


def is_later(written_at: datetime | None, signed_at: datetime) -> bool:
    """Whether something was written after the signature: that was not published."""
    return written_at is not None and written_at.replace(microsecond=0) > signed_at


def stays(draft: Draft, written_at: datetime | None, now: InForce, known: KnownSubstances) -> Draft | None:
    """None where *draft* has done its work; what was written after the signature goes on."""
    if _is_on(draft, now) or is_later(written_at, now.signed_at):
        return goes_on(draft, now, known)
    return None


def without_data(draft: Draft, now: InForce) -> Draft:
    """*draft* after its PDF was taken and its data were not: that PDF is in force, so the next version has
    the next number, and replaces it. The data that it follows are those of before. Done twice, the same."""
    base = draft.base
    if base is not None and base.version >= now.base.version:
        return draft
    return replace(draft, base=replace(now.base, bundle=base.bundle if base is not None else ""))


def goes_on(draft: Draft, now: InForce, known: KnownSubstances) -> Draft:
    """*draft* on the version that is in force now: its own is the next number, and the lines that stand in
    that version have it as their source. Done twice, it is the same."""
    if _is_on(draft, now):
        return draft
    said = {one.key: [known.thing(entry) for entry in one.entries] for one in now.summary.sections}

    def sourced(line: Line, things: list[Thing]) -> Line:
        thing = known.thing(line.entry)
        there = any(thing.same(one) for one in things)
        return replace(line, sources=(now.source, *line.sources)) if there else line

    sections = (
        replace(one, lines=tuple(sourced(line, said.get(one.key, [])) for line in one.lines))
        for one in draft.sections
    )
    return replace(draft, base=now.base, sections=tuple(sections))


def _is_on(draft: Draft, now: InForce) -> bool:
    """Whether *draft* was begun from this version or a later one; on its PDF alone it has other data."""
    base = draft.base
    if base is None or base.version < now.base.version:
        return False
    return base.version > now.base.version or base.bundle == now.base.bundle
